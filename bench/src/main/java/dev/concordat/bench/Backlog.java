package dev.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.Bridge;
import dev.concordat.Settings;
import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import dev.concordat.sample.BacklogTraffic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Throughput of the bridge against a bare loop; prints changes a second of each round, medians and their ratio. */
public final class Backlog {
    private static final List<String> REGIONS = List.of("eu", "uk", "us");

    private final int changes;
    private final EmbeddedParts parts;
    private final Path folder;

    private Backlog(int changes, EmbeddedParts parts, Path folder) {
        this.changes = changes;
        this.parts = parts;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        int changes = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        double[] first = new double[rounds];
        double[] second = new double[rounds];
        double[] bare = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            Path folder = Files.createTempDirectory("concordat-bench");
            try (var parts = EmbeddedParts.start(folder.resolve("data"), Set.of(Part.values()),
                    List.of("ledger_eu", "ledger_uk", "ledger_us", "directory", "bare"), line -> { })) {
                var run = new Backlog(changes, parts, folder);
                run.send(1);
                boolean bareFirst = round % 2 == 0;
                if (bareFirst) {
                    bare[round] = run.bare();
                }
                try (var bridge = Bridge.start(run.settings(), Clock.systemUTC())) {
                    first[round] = run.drain(1);
                    // The next backlog gathers while nobody takes it.
                    bridge.camel().getRouteController().stopRoute("receive");
                    run.send(2);
                    bridge.camel().getRouteController().startRoute("receive");
                    second[round] = run.drain(2);
                }
                if (!bareFirst) {
                    bare[round] = run.bare();
                }
                System.out.printf("round %d of %d: bridge %,.0f/s just started, %,.0f/s the second backlog; bare loop %,.0f/s%n", round + 1, rounds,
                        first[round], second[round], bare[round]);
            }
            delete(folder);
        }
        System.out.printf("%,d customer changes over %,d customers, %d cores, heap %d MB, Java %s; medians of %d rounds, changes/s%n", changes,
                changes / 3, Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory() >> 20, Runtime.version().feature(), rounds);
        System.out.printf("  through a bridge that has just started: %,.0f (%.2f of the bare loop)%n", median(first), median(first) / median(bare));
        System.out.printf("  through it once more, a second backlog:  %,.0f (%.2f of the bare loop)%n", median(second), median(second) / median(bare));
        System.out.printf("  bare consumer and upsert:               %,.0f%n", median(bare));
    }

    private void send(long seed) throws Exception {
        parts.createTopics(Map.of("crm.changes", 6));
        var properties = new Properties();
        properties.put("bootstrap.servers", parts.kafkaBootstrap());
        properties.put("linger.ms", "20");
        properties.put("batch.size", "131072");
        properties.put("compression.type", "lz4");
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            for (var phase : new BacklogTraffic(seed, changes, changes / 3, Clock.systemUTC()).phases()) {
                phase.emissions().forEach(emission ->
                        producer.send(new ProducerRecord<>("crm.changes", emission.key(), emission.body())));
            }
        }
    }

    private Settings settings() {
        var settings = Settings.read(Path.of("config/application.properties"), System.getenv())
                .with("concordat.kafka.brokers", parts.kafkaBootstrap()).with("concordat.activemq.url", parts.activemqUrl())
                .with("concordat.crm.url", "http://127.0.0.1:9").with("concordat.webhook.secret", "whsec_" + "QUFB".repeat(10))
                .with("concordat.webhook.port", "0").with("concordat.management.port", "0")
                // The CRM is not measured: the ledgers note what it should be told, and nobody is called.
                .with("concordat.export.delay", "86400000")
                .with("concordat.data", folder.toString());
        settings = address(settings, "concordat.directory", "directory");
        for (String region : REGIONS) {
            settings = address(settings, "concordat.ledger." + region, "ledger_" + region);
        }
        return settings;
    }

    /** Waits until every change of a number of backlogs is in the ledgers; returns how many of the last one went in a second. */
    private double drain(int backlogs) throws Exception {
        Instant begin = Instant.now();
        return changes / (Duration.between(begin, lastOfAll(begin, (long) backlogs * changes)).toMillis() / 1e3);
    }

    /** Waits until every change has its row in a ledger's inbox; returns when the last one was written. */
    private Instant lastOfAll(Instant started, long wanted) throws Exception {
        // The statistics tell roughly how far it is and cost nothing; the rows themselves are counted once it looks done.
        while (ofAll("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relid = 'concordat.inbox'::regclass", started) < wanted
                || ofAll("SELECT count(*) FROM concordat.inbox", started) < wanted) {
            Thread.sleep(500);
        }
        System.out.println();
        Instant last = started;
        for (String region : REGIONS) {
            try (var connection = connect("ledger_" + region); var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT coalesce(max(ended_at), 'epoch') FROM concordat.inbox")) {
                rows.next();
                Instant ended = rows.getTimestamp(1).toInstant();
                last = ended.isAfter(last) ? ended : last;
            }
        }
        return last;
    }

    /** The sum over all ledgers, which is shown. */
    private long ofAll(String count, Instant started) throws Exception {
        long sum = 0;
        for (String region : REGIONS) {
            try (var connection = connect("ledger_" + region); var statement = connection.createStatement(); var rows = statement.executeQuery(count)) {
                rows.next();
                sum += rows.getLong(1);
            }
        }
        System.out.printf("\r  %,d in the ledgers after %.0f s ", sum, Duration.between(started, Instant.now()).toMillis() / 1e3);
        return sum;
    }

    private Settings address(Settings settings, String prefix, String database) {
        return settings.with(prefix + ".url", parts.jdbcUrl(database)).with(prefix + ".user", parts.databaseUser())
                .with(prefix + ".password", parts.databasePassword(database));
    }

    private Connection connect(String database) throws Exception {
        return DriverManager.getConnection(parts.jdbcUrl(database), parts.databaseUser(), parts.databasePassword(database));
    }

    /** Polls, parses with Jackson, folds by customer and upserts with one statement a batch; checks nothing. */
    private double bare() throws Exception {
        var properties = new Properties();
        properties.put("bootstrap.servers", parts.kafkaBootstrap());
        properties.put("group.id", "bare");
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("max.poll.records", "1000");
        var json = new ObjectMapper();
        try (Connection connection = connect("bare");
                var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            connection.createStatement().execute("CREATE TABLE customer (id text PRIMARY KEY, after jsonb NOT NULL)");
            var upsert = connection.prepareStatement("INSERT INTO customer AS t SELECT * FROM unnest(?::text[], ?::jsonb[]) "
                    + "ON CONFLICT (id) DO UPDATE SET after = t.after || EXCLUDED.after");
            consumer.subscribe(List.of("crm.changes"));
            long begin = System.nanoTime();
            int done = 0;
            while (done < changes) {
                var records = consumer.poll(Duration.ofMillis(100));
                Map<String, JsonNode> folded = new HashMap<>();
                for (var each : records) {
                    JsonNode after = json.readTree(each.value()).path("data").path("after");
                    folded.merge(after.path("id").asText(), after, (one, other) ->
                            ((com.fasterxml.jackson.databind.node.ObjectNode) one).setAll((com.fasterxml.jackson.databind.node.ObjectNode) other));
                }
                if (!folded.isEmpty()) {
                    upsert.setArray(1, connection.createArrayOf("text", folded.keySet().toArray()));
                    upsert.setArray(2, connection.createArrayOf("text", folded.values().stream().map(JsonNode::toString).toArray()));
                    upsert.executeUpdate();
                    consumer.commitSync();
                }
                done += records.count();
            }
            return changes / ((System.nanoTime() - begin) / 1e9);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void delete(Path folder) throws Exception {
        var files = new ArrayList<Path>();
        try (var walk = Files.walk(folder)) {
            walk.forEach(files::add);
        }
        for (int i = files.size() - 1; i >= 0; i--) {
            Files.delete(files.get(i));
        }
    }
}
