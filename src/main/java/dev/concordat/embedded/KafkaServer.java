package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Time;

/** One Kafka node, broker and controller in one, in this process. */
final class KafkaServer implements Server {
    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
    private static final String NODE = "1";

    private final Path folder;
    private final int port;
    private final int controllerPort;
    private KafkaRaftServer server;

    KafkaServer(DataFolder data, Ports ports) {
        this.folder = data.resolve(DataFolder.KAFKA);
        this.port = ports.of("kafka");
        this.controllerPort = ports.of("kafka.controller");
    }

    @Override
    public Part part() {
        return Part.KAFKA;
    }

    @Override
    public synchronized String start() {
        if (server == null) {
            KafkaConfig config = new KafkaConfig(settings(), false);
            format();
            server = new KafkaRaftServer(config, Time.SYSTEM);
            server.startup();
        }
        return "Kafka " + AppInfoParser.getVersion();
    }

    private void format() {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Path settings = folder.resolveSibling("kafka.properties");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Properties properties = new Properties();
        properties.putAll(settings());
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            try (OutputStream file = Files.newOutputStream(settings)) {
                properties.store(file, null);
            }
            String[] command = {"format", "-t", Uuid.randomUuid().toString(), "-c", settings.toString()};
            if (StorageTool.execute(command, out) != 0) {
                throw new BridgeException("Kafka's folder '" + folder + "' cannot be prepared: " + said);
            }
            Files.delete(settings);
        } catch (IOException e) {
            throw new BridgeException("Kafka's folder '" + folder + "' cannot be prepared: " + e.getMessage(), e);
        }
    }

    private Map<String, String> settings() {
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", NODE),
                Map.entry("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort),
                Map.entry("listeners", "BROKER://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "BROKER"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("log.dirs", folder.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)),
                // After a crash the node waits this long for the one it was before.
                Map.entry("broker.session.timeout.ms", "2500"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("background.threads", "2"));
    }

    @Override
    public synchronized void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    @Override
    public int port() {
        return port;
    }
}
