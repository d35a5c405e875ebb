package dev.concordat.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.postgresql.PGConnection;

/**
 * The bare limit: two threads that poll, parse with Jackson, COPY each batch into a temporary table and upsert it with one statement.
 * It checks nothing; what is no JSON it leaves out, because it could not go on otherwise. Started as a process with brokers, topic, group,
 * JDBC URL, user and password.
 */
final class BareLoop {
    private BareLoop() {
    }

    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            new Thread(() -> run(args), "bare-" + i).start();
        }
    }

    private static void run(String[] args) {
        var properties = new Properties();
        properties.put("bootstrap.servers", args[0]);
        properties.put("group.id", args[2]);
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("max.poll.records", "2000");
        var json = new ObjectMapper();
        try (Connection connection = DriverManager.getConnection(args[3], args[4], args[5]);
                var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            connection.createStatement().execute("CREATE TEMPORARY TABLE batch ON COMMIT DELETE ROWS AS SELECT " + Customer.COLUMNS
                    + " FROM customer LIMIT 0");
            connection.setAutoCommit(false);
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            var upsert = connection.prepareStatement("INSERT INTO customer AS t (" + Customer.COLUMNS + ") SELECT * FROM batch "
                    + "ON CONFLICT (id) DO UPDATE SET " + Customer.KEEPING);
            consumer.subscribe(List.of(args[1]));
            while (true) {
                Map<String, String[]> folded = new LinkedHashMap<>();
                for (var each : consumer.poll(Duration.ofMillis(100))) {
                    fold(json, each.value(), folded);
                }
                if (!folded.isEmpty()) {
                    copy.copyIn("COPY batch FROM STDIN", new StringReader(lines(folded)));
                    upsert.executeUpdate();
                    connection.commit();
                    consumer.commitSync();
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void fold(ObjectMapper json, byte[] value, Map<String, String[]> folded) throws IOException {
        try {
            String[] change = Customer.flat(json.readTree(value).path("data").path("after"));
            String[] before = folded.put(change[0], change);
            for (int i = 0; before != null && i < change.length; i++) {
                change[i] = change[i] == null ? before[i] : change[i];
            }
        } catch (JsonProcessingException e) {
            System.err.println("left out: no JSON");
        }
    }

    private static String lines(Map<String, String[]> rows) {
        var text = new StringBuilder(rows.size() * 256);
        for (String[] row : rows.values()) {
            for (int i = 0; i < row.length; i++) {
                text.append(i == 0 ? "" : "\t").append(row[i] == null ? "\\N"
                        : row[i].replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
