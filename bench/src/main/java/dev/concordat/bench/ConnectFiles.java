package dev.concordat.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * The settings of a standalone worker of Kafka Connect and of the Debezium JDBC sink in it, tuned as its makers advise: large batches,
 * reduced by key, one {@code unnest} a batch, two tasks.
 *
 * @param status where the worker tells how the sink's tasks are
 */
record ConnectFiles(Path worker, Path sink, URI status) {
    static ConnectFiles write(Contestant contestant, Servers servers, String topic, Path folder) throws IOException {
        int port = freePort();
        Path plugins = plugins(folder);
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
                """.formatted(servers.parts().kafkaBootstrap(), port, plugins, folder.resolve("offsets")));
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
        return new ConnectFiles(worker, sink, URI.create("http://127.0.0.1:" + port + "/connectors/" + name + "/status"));
    }

    /** Plain JSON has no schema in it; the converter is told the part that the table needs. */
    private static String schema() {
        var address = new ArrayList<String>();
        var fields = new ArrayList<String>();
        for (String field : Customer.FIELDS) {
            if (field.startsWith("address_")) {
                address.add(optional(field.substring("address_".length()), "string"));
            } else {
                fields.add(field.equals("id") ? "{\"field\":\"id\",\"type\":\"string\"}"
                        : optional(field, field.equals("consent") ? "boolean" : "string"));
            }
        }
        fields.add("{\"field\":\"address\",\"optional\":true,\"type\":\"struct\",\"fields\":[" + String.join(",", address) + "]}");
        return "{\"type\":\"struct\",\"fields\":[" + struct("data", struct("after", String.join(",", fields))) + "]}";
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A folder with nothing but the sink in it: the worker looks through all of it. */
    private static Path plugins(Path folder) throws IOException {
        Path plugins = folder.resolve("plugins");
        Path jdbc = Files.createDirectories(plugins.resolve("jdbc"));
        try (var jars = Files.list(Path.of("target/bench/sink"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, jdbc.resolve(jar.getFileName()));
            }
        }
        return plugins;
    }

    private static String struct(String field, String fields) {
        return "{\"field\":\"" + field + "\",\"type\":\"struct\",\"fields\":[" + fields + "]}";
    }

    private static String optional(String field, String type) {
        return "{\"field\":\"" + field + "\",\"type\":\"" + type + "\",\"optional\":true}";
    }
}
