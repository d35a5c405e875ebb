package dev.concordat.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedPartsIT {
    private static final String TOPIC = "crm.changes";
    private static final List<String> DATABASES = List.of("ledger_eu", "directory");

    @TempDir
    private static Path data;

    private static final List<String> PROGRESS = Collections.synchronizedList(new ArrayList<>());
    private static EmbeddedParts parts;

    @BeforeAll
    static void start() {
        PROGRESS.clear();
        parts = EmbeddedParts.start(data, EnumSet.allOf(Part.class), DATABASES, PROGRESS::add);
        parts.createTopics(Map.of(TOPIC, 1));
    }

    @AfterAll
    static void close() {
        parts.close();
    }

    @Test
    void each_part_says_in_one_line_that_it_is_ready() {
        close();
        start();

        assertThat(PROGRESS).hasSize(3)
                .anyMatch(line -> line.matches("PostgreSQL 17\\.5 ready on 127\\.0\\.0\\.1:\\d+ after \\d+\\.\\d s"))
                .anyMatch(line -> line.matches("Kafka 3\\.9\\.1 ready on 127\\.0\\.0\\.1:\\d+ after \\d+\\.\\d s"))
                .anyMatch(line -> line.matches("ActiveMQ 6\\.3\\.1 ready on 127\\.0\\.0\\.1:\\d+ after \\d+\\.\\d s"));
    }

    @ParameterizedTest
    @EnumSource
    void a_part_that_is_stopped_comes_back_with_its_port_and_its_data(Part part) throws Exception {
        String written = write(part);
        URI before = address(part);

        parts.stop(part);
        assertThat(answers(before)).isFalse();
        parts.start(part);

        assertThat(address(part)).isEqualTo(before);
        assertThat(read(part)).contains(written);
    }

    @Test
    void a_later_start_finds_the_same_data_on_the_same_ports() throws Exception {
        Map<Part, String> written = new EnumMap<>(Part.class);
        Map<Part, URI> before = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            written.put(part, write(part));
            before.put(part, address(part));
        }

        close();
        start();

        for (Part part : Part.values()) {
            assertThat(address(part)).isEqualTo(before.get(part));
            assertThat(read(part)).contains(written.get(part));
        }
    }

    @Test
    void postgres_recovers_what_was_committed_before_it_was_killed() throws Exception {
        String written = write(Part.POSTGRES);
        ProcessHandle postgres = new PostgresPrograms(data.resolve("postgres").resolve("main")).server().orElseThrow();

        postgres.destroyForcibly();
        postgres.onExit().get(5, TimeUnit.MINUTES);
        parts.start(Part.POSTGRES);

        assertThat(read(Part.POSTGRES)).contains(written);
    }

    @Test
    void a_topic_is_created_once_and_none_is_created_by_itself() throws Exception {
        parts.createTopics(Map.of(TOPIC, 7));

        try (KafkaConsumer<String, String> consumer = consumer()) {
            assertThat(consumer.listTopics()).containsKey(TOPIC);
            assertThat(consumer.partitionsFor(TOPIC)).hasSize(1);
            List<TopicPartition> unknown = List.of(new TopicPartition("unheard-of", 0));
            assertThatThrownBy(() -> consumer.beginningOffsets(unknown, Duration.ofMillis(300)))
                    .isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void a_topic_that_a_broker_has_not_heard_of_yet_is_waited_for() throws Exception {
        var topic = new NewTopic("late", 2, (short) 1);
        try (var admin = Admin.create(Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, parts.kafkaBootstrap()))) {
            var asked = new AtomicInteger();
            var early = (Admin) Proxy.newProxyInstance(Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, given) -> {
                Object answer = method.invoke(admin, given);
                if (answer instanceof ListOffsetsResult ends && asked.getAndIncrement() == 0) {
                    assertThat(ends.all().toCompletionStage()).failsWithin(Duration.ofSeconds(30));
                    admin.createTopics(List.of(topic)).all().get();
                }
                return answer;
            });

            KafkaTopics.awaitReady(early, topic, KafkaFuture.completedFuture(null));

            assertThat(asked).hasValueGreaterThan(1);
        }
    }

    private String write(Part part) throws Exception {
        String written = part + " " + System.nanoTime();
        switch (part) {
            case POSTGRES -> Database.of(parts, "directory").run("CREATE TABLE IF NOT EXISTS kept (line text)",
                    "INSERT INTO kept VALUES ('" + written + "')");
            case KAFKA -> produce(written);
            case ACTIVEMQ -> send(written);
        }
        return written;
    }

    private List<String> read(Part part) throws Exception {
        return switch (part) {
            case POSTGRES -> Database.of(parts, "directory").column("SELECT line FROM kept");
            case KAFKA -> consume();
            case ACTIVEMQ -> receive();
        };
    }

    private void produce(String line) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", parts.kafkaBootstrap());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, line)).get(5, TimeUnit.MINUTES);
        }
    }

    private List<String> consume() {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        List<String> lines = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofSeconds(1))) {
                    lines.add(each.value());
                }
            }
        }
        return lines;
    }

    private KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(Map.of("bootstrap.servers", parts.kafkaBootstrap()),
                new StringDeserializer(), new StringDeserializer());
    }

    private void send(String line) throws JMSException {
        try (Connection connection = connect(); Session session = connection.createSession()) {
            session.createProducer(session.createQueue("eu.quarantine")).send(session.createTextMessage(line));
        }
    }

    private List<String> receive() throws JMSException {
        try (Connection connection = connect(); Session session = connection.createSession()) {
            MessageConsumer consumer = session.createConsumer(session.createQueue("eu.quarantine"));
            TextMessage message = (TextMessage) consumer.receive(300_000);
            return List.of(message.getText());
        }
    }

    private Connection connect() throws JMSException {
        Connection connection = new ActiveMQConnectionFactory(parts.activemqUrl()).createConnection();
        connection.start();
        return connection;
    }

    private URI address(Part part) {
        return URI.create(switch (part) {
            case POSTGRES -> parts.jdbcUrl("directory").substring("jdbc:".length());
            case KAFKA -> "tcp://" + parts.kafkaBootstrap();
            case ACTIVEMQ -> parts.activemqUrl();
        });
    }

    private static boolean answers(URI address) {
        try (Socket socket = new Socket(InetAddress.getByName(address.getHost()), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
