package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import dev.concordat.ledger.Keeper;
import dev.concordat.ledger.QuarantineMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.TransportConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.TransactionId;
import org.apache.camel.CamelContext;
import org.apache.camel.component.activemq6.ActiveMQComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Route {@code keep} as it is shipped, with a broker and a ledger that fail when they are told to. */
@Timeout(300)
class KeeperIT {
    private static final String QUEUE = "eu.quarantine";
    private static final String UNREAD = "eu.quarantine.unread";
    private static final Duration LONG = Duration.ofMinutes(2);
    private static EmbeddedPostgres postgres;

    private final Faults faults = new Faults();
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final BrokerService broker = new BrokerService();
    private final List<AutoCloseable> closeables = new ArrayList<>();
    @RegisterExtension
    private final Said said = new Said(Keeper.class);
    private String url;
    private JmsPoolConnectionFactory brokers;
    private ActiveMQConnection connection;
    private Session session;

    /** Something that may stand in a message and is none of the bridge's classes. */
    private record Foreign(String text) implements Serializable {
    }

    /** How often the broker refuses, or breaks the connection instead of committing, and whether the ledger is away, from now on. */
    private static final class Faults {
        private final AtomicInteger commits = new AtomicInteger();
        private final AtomicInteger sends = new AtomicInteger();
        private volatile boolean ledger;

        private static boolean strikes(AtomicInteger left) {
            return left.getAndUpdate(times -> Math.max(0, times - 1)) > 0;
        }
    }

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = TestPostgres.start();
        Flyway.configure().dataSource(postgres.getPostgresDatabase()).locations("classpath:db/lane").load().migrate();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void start() throws Exception {
        try (var ledger = postgres.getPostgresDatabase().getConnection(); var statement = ledger.createStatement()) {
            statement.execute("TRUNCATE concordat.quarantine, concordat.duplicate RESTART IDENTITY");
        }
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setAdvisorySupport(false);
        broker.setPlugins(new BrokerPlugin[] {next -> new FaultyBroker(next, faults)});
        url = broker.addConnector("tcp://127.0.0.1:0").getPublishableConnectString();
        broker.start();
        connection = (ActiveMQConnection) new ActiveMQConnectionFactory(url).createConnection();
        connection.start();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : closeables) {
            each.close();
        }
        connection.close();
        broker.stop();
    }

    private static final class FaultyBroker extends BrokerFilter {
        private final Faults faults;

        FaultyBroker(Broker next, Faults faults) {
            super(next);
            this.faults = faults;
        }

        @Override
        public void send(ProducerBrokerExchange exchange, org.apache.activemq.command.Message message) throws Exception {
            if (message.getDestination().getPhysicalName().equals(UNREAD) && Faults.strikes(faults.sends)) {
                throw new JMSException("as the test wants it");
            }
            super.send(exchange, message);
        }

        @Override
        public void commitTransaction(ConnectionContext context, TransactionId transaction, boolean onePhase) throws Exception {
            if (Faults.strikes(faults.commits)) {
                ((TransportConnection) context.getConnection()).stopAsync();
                throw new JMSException("as the test wants it");
            }
            super.commitTransaction(context, transaction, onePhase);
        }
    }

    /** A bridge's Camel, of which the keeper runs alone. */
    private CamelContext keeper() throws Exception {
        var camel = RouteGround.context(List.of("eu"), Map.of());
        camel.getRegistry().bind("ledger-eu", DataSource.class, new DelegatingDataSource(postgres.getPostgresDatabase()) {
            @Override
            public Connection getConnection() throws SQLException {
                if (faults.ledger) {
                    throw new SQLException("as the test wants it", "08006");
                }
                return super.getConnection();
            }
        });
        camel.getRegistry().bind("keeper-eu", new Keeper("eu", metrics, Clock.systemUTC()));
        var pool = Brokers.open(RouteGround.settings(Map.of("concordat.activemq.url", url)), Clock.systemUTC());
        camel.getComponent("activemq6", ActiveMQComponent.class).setConnectionFactory(pool);
        brokers = pool;
        camel.setAutoStartup(false);
        RouteGround.load(camel);
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("quarantine.camel.yaml",
                Files.readString(Path.of("routes", "lane", "quarantine.camel.yaml")).replace("{{region}}", "eu")));
        closeables.add(() -> {
            camel.close();
            pool.stop();
        });
        camel.start();
        camel.getRouteController().startRoute("keep-eu");
        return camel;
    }

    private void send(Message message) throws JMSException {
        try (var producer = session.createProducer(session.createQueue(QUEUE))) {
            producer.send(message);
        }
    }

    private void send(String text) throws JMSException {
        send(session.createTextMessage(text));
    }

    /** What the bridge sends. */
    private static String sound(String id) {
        var breach = new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a phone number");
        var quarantined = new Quarantined("urn:crm:test", id, "customer/C-1", Quarantined.CRM_TO_LEDGER, breach.contract(), breach.rule(),
                List.of(breach), "crm.changes-0@" + id, false, "2026-11-22T10:00:00.123Z");
        return new QuarantineMessage(List.of(new Breached(quarantined, "{}".getBytes(UTF_8)))).json();
    }

    private long waiting(String queue) throws Exception {
        return broker.getDestination(new ActiveMQQueue(queue)).getDestinationStatistics().getMessages().getCount();
    }

    private void awaitDone() {
        await().atMost(LONG).until(() -> waiting(QUEUE) == 0);
    }

    private static List<String> kept() throws SQLException {
        try (var ledger = postgres.getPostgresDatabase().getConnection(); var rows = ledger.createStatement()
                .executeQuery("SELECT id FROM concordat.quarantine ORDER BY number")) {
            var ids = new ArrayList<String>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        }
    }

    /** Takes all that was set aside. */
    private List<Message> unread() throws Exception {
        var messages = new ArrayList<Message>();
        try (var consumer = session.createConsumer(session.createQueue(UNREAD))) {
            for (long left = waiting(UNREAD); left > 0; left--) {
                messages.add(consumer.receive(LONG.toMillis()));
            }
        }
        return messages;
    }

    private double counted() {
        return metrics.get("concordat.quarantine.unread").counter().count();
    }

    private static List<String> reasons(List<Message> messages) throws JMSException {
        var reasons = new ArrayList<String>();
        for (Message message : messages) {
            reasons.add(message.getStringProperty("concordatUnread"));
        }
        return reasons;
    }

    @Test
    void whatIsNoMessageOfTheBridgeIsSetAsideAsItCameAndWhatIsBehindItIsKept() throws Exception {
        connection.setTrustAllPackages(true);
        MapMessage map = session.createMapMessage();
        map.setString("phone", "12");
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBytes(sound("b").getBytes(UTF_8));
        TextMessage answered = session.createTextMessage("{}");
        answered.setJMSReplyTo(session.createQueue("answers"));
        answered.setStringProperty("CamelJmsDestinationName", "elsewhere");
        answered.setIntProperty("number", 7);
        var sent = List.of(session.createTextMessage("secret"), answered, session.createTextMessage("[{\"source\":\"/f\"}]"), session.createTextMessage(""),
                session.createTextMessage(), map, bytes, session.createObjectMessage(new Foreign("secret")), session.createMessage());
        for (Message each : sent) {
            send(each);
        }
        TextMessage query = session.createTextMessage(sound("e-1"));
        query.setStringProperty("CamelSqlQuery", "SELECT 1");
        query.setJMSReplyTo(session.createQueue("answers"));
        send(query);
        var camel = keeper();
        awaitDone();

        assertThat(kept()).containsExactly("e-1");
        assertThat(waiting(UNREAD)).isEqualTo(sent.size());
        var unread = unread();
        String noText = "it should be a text message with a text";
        assertThat(reasons(unread)).containsExactly("it should be JSON", "it should be a JSON array of changes", "change 1 of 1: `id` should be a text",
                "it should be a JSON array of changes", noText, noText, noText, noText, noText);
        assertThat(((TextMessage) unread.get(0)).getText()).isEqualTo("secret");
        assertThat(unread.get(1).getIntProperty("number")).isEqualTo(7);
        assertThat(((TextMessage) unread.get(3)).getText()).isEmpty();
        assertThat(((TextMessage) unread.get(4)).getText()).isNull();
        assertThat(((MapMessage) unread.get(5)).getString("phone")).isEqualTo("12");
        assertThat(unread.get(6).getBody(byte[].class)).isEqualTo(sound("b").getBytes(UTF_8));
        assertThat(unread.get(7).getBody(Serializable.class)).isEqualTo(new Foreign("secret"));
        assertThat(broker.getBroker().getDestinationMap().keySet()).extracting(Object::toString).doesNotContain("queue://answers", "queue://elsewhere");
        assertThat(said.lines()).containsExactly("ERROR what is no message of the bridge is "
                + "set aside: queue=eu.quarantine.unread message=" + unread.get(0).getJMSMessageID()
                + " reason=[it should be JSON] messages=1 since the last such line");
        assertThat(camel.getStatus().isStarted()).isTrue();
    }

    @Test
    void whatTheLedgerRefusesIsSetAsideAndALedgerThatIsAwayIsWaitedFor() throws Exception {
        faults.ledger = true;
        String refused = sound("e-1").replace("e-1", "e-\\u0000");
        send(refused);
        send(sound("e-2"));
        var camel = keeper();
        var waiting = camel.getRegistry().lookupByNameAndType("waiting", Waiting.class);
        await().atMost(LONG).until(() -> waiting.has("keep-eu"));
        faults.ledger = false;
        awaitDone();

        assertThat(kept()).containsExactly("e-2");
        var unread = unread();
        assertThat(reasons(unread)).containsExactly("the ledger should be able to keep it and refuses it (SQLSTATE 22P05)");
        assertThat(((TextMessage) unread.get(0)).getText()).isEqualTo(refused);
        assertThat(waiting.all()).isEmpty();
    }

    @Test
    void whereTheMoveFailsTheMessageIsInOneOfTheTwoQueuesAndLaterInTheOther() throws Exception {
        faults.commits.set(2);
        faults.sends.set(2);
        send("secret");
        send(sound("e-1"));
        keeper();
        awaitDone();

        assertThat(faults.commits.get() + faults.sends.get()).isZero();
        assertThat(kept()).containsExactly("e-1");
        assertThat(reasons(unread())).containsExactly("it should be JSON");
        await().atMost(LONG).until(() -> !said.lines().isEmpty());
        assertThat(said.lines()).singleElement().asString().endsWith(" messages=1 since the last such line");
        assertThat(counted()).as("not what was taken back").isOne();
    }

    @Test
    void whereTheSessionWasClosedMeanwhileTheMessageIsTakenAnew() throws Exception {
        faults.sends.set(Integer.MAX_VALUE);
        send("secret");
        var camel = keeper();
        var waiting = camel.getRegistry().lookupByNameAndType("waiting", Waiting.class);
        await().atMost(LONG).until(() -> waiting.has("keep-eu"));
        brokers.clear();
        faults.sends.set(0);
        awaitDone();

        assertThat(reasons(unread())).containsExactly("it should be JSON");
    }

    @Test
    void twoKeepersKeepAndSetAsideEachMessageOnce() throws Exception {
        keeper();
        keeper();
        for (int i = 0; i < 100; i++) {
            send(sound("e-" + i));
            send("foreign " + i);
        }
        awaitDone();

        assertThat(kept()).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).mapToObj(i -> "e-" + i).toList());
        var texts = new ArrayList<String>();
        for (Message message : unread()) {
            texts.add(((TextMessage) message).getText());
        }
        assertThat(texts).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).mapToObj(i -> "foreign " + i).toList());
        await().atMost(LONG).until(() -> counted() == 100);
    }
}
