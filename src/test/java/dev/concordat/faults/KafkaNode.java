package dev.concordat.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka node as a process of its own, which can be killed. It has a second listener for the bridge that is advertised under
 * another port, so that every connection of the bridge goes through a proxy.
 */
public final class KafkaNode {
    private KafkaNode() {
    }

    /** @param arguments folder, port, the controller's port, the bridge's port, and the port that the bridge is told */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        start(folder, settings(folder, arguments[1], arguments[2], arguments[3], arguments[4]));
        ServerProcess.serve(line -> { });
    }

    /** In this process. */
    public static KafkaRaftServer start(Path folder, Map<String, String> settings) throws IOException {
        format(folder, settings);
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return server;
    }

    public static Map<String, String> settings(Path folder, String port, String controller, String bridge, String told) {
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                Map.entry("listeners",
                        "BROKER://127.0.0.1:" + port + ",BRIDGE://127.0.0.1:" + bridge + ",CONTROLLER://127.0.0.1:" + controller),
                Map.entry("advertised.listeners", "BROKER://127.0.0.1:" + port + ",BRIDGE://127.0.0.1:" + told),
                Map.entry("listener.security.protocol.map", "BROKER:PLAINTEXT,BRIDGE:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "BROKER"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("log.dirs", folder.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("message.max.bytes", "4194304"),
                // After a crash the node waits this long for the one it was before; a busy machine must not make it look dead.
                Map.entry("broker.session.timeout.ms", "6000"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                // A bridge that is stopped for seconds loses its partitions meanwhile.
                Map.entry("group.min.session.timeout.ms", "1000"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("background.threads", "2"));
    }

    private static void format(Path folder, Map<String, String> settings) throws IOException {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Path file = Files.createTempFile("kafka", ".properties");
        Files.write(file, settings.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList());
        var said = new ByteArrayOutputStream();
        String[] command = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
        int status = StorageTool.execute(command, new PrintStream(said, true));
        Files.delete(file);
        if (status != 0) {
            throw new IllegalStateException("Kafka's folder '" + folder + "' cannot be prepared: " + List.of(said.toString().split("\n")));
        }
    }
}
