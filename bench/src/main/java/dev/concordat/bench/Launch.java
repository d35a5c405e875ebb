package dev.concordat.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A contestant's process. All get the same heap and the same options of the Java machine. */
final class Launch implements AutoCloseable {
    private static final String OURS = "target/bench/classes:target/concordat.jar:target/lib/*";
    private static final int LINES = 12;

    private final Process process;
    private final Path log;
    private final URI status;
    private final HttpClient http = HttpClient.newHttpClient();

    private Launch(Process process, Path log, URI status) {
        this.process = process;
        this.log = log;
        this.status = status;
    }

    static Launch of(Contestant contestant, Servers servers, String topic) throws IOException {
        Path folder = Files.createDirectories(servers.folder().resolve(topic + "." + contestant.word()));
        Path log = folder.resolve("log");
        return switch (contestant) {
            case BARE -> new Launch(start(log, Map.of(), OURS, List.of(), plain(BareLoop.class, contestant, servers, topic)), log, null);
            case CAMEL_PLAIN -> {
                servers.topic(CamelPlain.REFUSED);
                yield new Launch(start(log, Map.of(), OURS, List.of(), plain(CamelPlain.class, contestant, servers, topic)), log, null);
            }
            case CONNECT, CONNECT_TOLERANT -> connect(contestant, servers, topic, folder, log);
            case CONCORDAT -> new Launch(start(log, settings(servers, topic, folder), "target/concordat.jar:target/lib/*", List.of(),
                    List.of("dev.concordat.Concordat", "run")), log, null);
        };
    }

    private static Process start(Path log, Map<String, String> environment, String classpath, List<String> options, List<String> main)
            throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@config/jvm.options", "-Xmx1g", "-cp", classpath));
        command.addAll(options);
        command.addAll(main);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CONCORDAT_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<String> plain(Class<?> main, Contestant contestant, Servers servers, String topic) {
        var parts = servers.parts();
        return List.of(main.getName(), parts.kafkaBootstrap(), topic, contestant.group(), parts.jdbcUrl(Servers.PLAIN), parts.databaseUser(),
                parts.databasePassword(Servers.PLAIN));
    }

    /** As shipped, but that nobody calls the CRM: it is not measured. */
    private static Map<String, String> settings(Servers servers, String topic, Path folder) {
        var parts = servers.parts();
        var settings = new java.util.HashMap<>(Map.of("CONCORDAT_KAFKA_BROKERS", parts.kafkaBootstrap(), "CONCORDAT_ACTIVEMQ_URL", parts.activemqUrl(),
                "CONCORDAT_INTAKE_TOPIC", topic, "CONCORDAT_CRM_URL", "http://127.0.0.1:9", "CONCORDAT_EXPORT_DELAY", "86400000",
                "CONCORDAT_WEBHOOK_SECRET", "whsec_" + "QUFB".repeat(10), "CONCORDAT_WEBHOOK_PORT", "0", "CONCORDAT_MANAGEMENT_PORT", "0",
                "CONCORDAT_CONSOLE_PORT", "0", "CONCORDAT_DATA", folder.toString()));
        settings.put("CONCORDAT_REPORTS", folder.resolve("reports").toString());
        address(settings, servers, "CONCORDAT_DIRECTORY", "directory");
        Servers.REGIONS.forEach(region -> address(settings, servers, "CONCORDAT_LEDGER_" + region.toUpperCase(), "ledger_" + region));
        return settings;
    }

    private static void address(Map<String, String> settings, Servers servers, String prefix, String database) {
        settings.put(prefix + "_URL", servers.parts().jdbcUrl(database));
        settings.put(prefix + "_USER", servers.parts().databaseUser());
        settings.put(prefix + "_PASSWORD", servers.parts().databasePassword(database));
    }

    private static Launch connect(Contestant contestant, Servers servers, String topic, Path folder, Path log) throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path plugins = Files.createDirectories(folder.resolve("plugins/jdbc"));
        try (var jars = Files.list(Path.of("target/bench/sink"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, plugins.resolve(jar.getFileName()));
            }
        }
        String name = contestant.group().substring("connect-".length());
        Path worker = Files.writeString(folder.resolve("worker.properties"), """
                bootstrap.servers=%s
                listeners=http://127.0.0.1:%d
                plugin.path=%s
                plugin.discovery=hybrid_warn
                offset.storage.file.filename=%s
                offset.flush.interval.ms=5000
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.json.JsonConverter
                """.formatted(servers.parts().kafkaBootstrap(), port, plugins.getParent(), folder.resolve("offsets")));
        Path sink = Files.writeString(folder.resolve("sink.properties"), """
                name=%s
                connector.class=io.debezium.connector.jdbc.JdbcSinkConnector
                tasks.max=2
                topics=%s
                connection.url=%s?reWriteBatchedInserts=true
                connection.username=%s
                connection.password=%s
                insert.mode=upsert
                primary.key.mode=record_value
                primary.key.fields=id
                collection.name.format=customer
                schema.evolution=none
                quote.identifiers=true
                batch.size=2000
                use.reduction.buffer=true
                dialect.postgres.unnest.insert.enabled=true
                consumer.override.max.poll.records=2000
                consumer.override.auto.offset.reset=earliest
                value.converter=org.apache.kafka.connect.json.JsonConverter
                value.converter.schemas.enable=true
                value.converter.schema.content=%s
                transforms=data,after,flat
                transforms.data.type=org.apache.kafka.connect.transforms.ExtractField$Value
                transforms.data.field=data
                transforms.after.type=org.apache.kafka.connect.transforms.ExtractField$Value
                transforms.after.field=after
                transforms.flat.type=org.apache.kafka.connect.transforms.Flatten$Value
                transforms.flat.delimiter=_
                errors.tolerance=%s
                """.formatted(name, topic, servers.parts().jdbcUrl(Servers.PLAIN), servers.parts().databaseUser(),
                servers.parts().databasePassword(Servers.PLAIN), schema(), contestant == Contestant.CONNECT ? "none" : "all"));
        return new Launch(start(log, Map.of(), "target/bench/connect/*", List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                List.of("org.apache.kafka.connect.cli.ConnectStandalone", worker.toString(), sink.toString())), log,
                URI.create("http://127.0.0.1:" + port + "/connectors/" + name + "/status"));
    }

    /** Plain JSON has no schema in it; the converter is told the part that the table needs. */
    private static String schema() {
        String address = "";
        var fields = new ArrayList<String>();
        for (String field : Customer.FIELDS) {
            if (field.startsWith("address_")) {
                address += (address.isEmpty() ? "" : ",") + optional(field.substring("address_".length()), "string");
            } else {
                fields.add(field.equals("id") ? "{\"field\":\"id\",\"type\":\"string\"}" : optional(field, field.equals("consent") ? "boolean" : "string"));
            }
        }
        return struct(null, struct("data", struct("after", fields.stream().collect(Collectors.joining(",")) + ","
                + struct("address", address).replaceFirst("\\{", "{\"optional\":true,"))));
    }

    private static String struct(String field, String fields) {
        return "{" + (field == null ? "" : "\"field\":\"" + field + "\",") + "\"type\":\"struct\",\"fields\":[" + fields + "]}";
    }

    private static String optional(String field, String type) {
        return "{\"field\":\"" + field + "\",\"type\":\"" + type + "\",\"optional\":true}";
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Whether it works no more: its process has ended, or all its tasks have failed. */
    boolean dead() {
        if (!process.isAlive()) {
            return true;
        }
        if (status == null) {
            return false;
        }
        try {
            String said = http.send(HttpRequest.newBuilder(status).build(), HttpResponse.BodyHandlers.ofString()).body();
            int tasks = said.indexOf("\"tasks\"");
            return tasks >= 0 && said.substring(tasks).contains("FAILED") && !said.substring(tasks).contains("RUNNING");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last lines of its log. */
    String said() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }

    /** The first cause in the log, in one line. */
    String cause() throws IOException {
        return Files.readAllLines(log).stream().filter(line -> line.startsWith("Caused by:")).findFirst().orElse("").replace("Caused by: ", "");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
