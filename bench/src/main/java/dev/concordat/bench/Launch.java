package dev.concordat.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contestant's process. All get the same heap and the same options of the Java machine. */
final class Launch implements AutoCloseable {
    private static final String OURS = "target/bench/classes:target/concordat.jar:target/lib/*";
    /** What each contestant said last on a topic; stays. */
    private static final Path LOGS = Path.of("target/bench/logs");
    private static final int LINES = 12;
    private static final int LOOK_MILLIS = 20;
    private static final long LONGEST_START_NANOS = 90_000_000_000L;
    /** Of the bridge's webhook. */
    static final String SECRET = "whsec_" + "QUFB".repeat(10);

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
        Path log = Files.createDirectories(LOGS).resolve(topic + "." + contestant.word() + ".log");
        return switch (contestant) {
            case BARE -> new Launch(start(servers, log, OURS, List.of(), plain(BareLoop.class, contestant, servers, topic)), log, null);
            case CAMEL_PLAIN -> {
                servers.topic(CamelPlain.REFUSED);
                yield new Launch(start(servers, log, OURS, List.of(), plain(CamelPlain.class, contestant, servers, topic)), log, null);
            }
            case CONNECT, CONNECT_TOLERANT -> connect(contestant, servers, topic, folder, log);
            case CONCORDAT -> bridge(servers, topic, topic, Map.of());
        };
    }

    /**
     * The bridge as shipped, but that by itself it does not call the CRM.
     *
     * @param name    of its folder and its log
     * @param further environment variables
     */
    static Launch bridge(Servers servers, String name, String topic, Map<String, String> further) throws IOException {
        Path folder = Files.createDirectories(servers.folder().resolve(name + "." + Contestant.CONCORDAT.word()));
        Path log = Files.createDirectories(LOGS).resolve(name + "." + Contestant.CONCORDAT.word() + ".log");
        var settings = settings(servers, topic, folder);
        settings.putAll(further);
        settings.put("CONCORDAT_HEAP", servers.heap());
        settings.put("JAVA_HOME", System.getProperty("java.home"));
        return new Launch(start(log, settings, List.of("./concordat", "run")), log, null);
    }

    private static Process start(Servers servers, Path log, String classpath, List<String> options, List<String> main) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@config/jvm.options", "-Xmx" + servers.heap(), "-cp", classpath));
        command.addAll(options);
        command.addAll(main);
        return start(log, Map.of(), command);
    }

    private static Process start(Path log, Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CONCORDAT_"));
        builder.environment().putAll(environment);
        Process started = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroy));
        return started;
    }

    private static List<String> plain(Class<?> main, Contestant contestant, Servers servers, String topic) {
        var parts = servers.parts();
        return List.of(main.getName(), parts.kafkaBootstrap(), topic, contestant.group(), parts.jdbcUrl(Servers.PLAIN), parts.databaseUser(),
                parts.databasePassword(Servers.PLAIN));
    }

    private static Map<String, String> settings(Servers servers, String topic, Path folder) {
        var parts = servers.parts();
        var settings = new HashMap<>(Map.of("CONCORDAT_KAFKA_BROKERS", parts.kafkaBootstrap(), "CONCORDAT_ACTIVEMQ_URL", parts.activemqUrl(),
                "CONCORDAT_INTAKE_TOPIC", topic, "CONCORDAT_CRM_URL", "http://127.0.0.1:9", "CONCORDAT_EXPORT_DELAY", "86400000",
                "CONCORDAT_WEBHOOK_SECRET", SECRET, "CONCORDAT_WEBHOOK_PORT", "0", "CONCORDAT_MANAGEMENT_PORT", "0",
                "CONCORDAT_CONSOLE_PORT", "0", "CONCORDAT_DATA", folder.toString()));
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
        var files = ConnectFiles.write(contestant, servers, topic, folder);
        return new Launch(start(servers, log, "target/bench/connect/*", List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                List.of("org.apache.kafka.connect.cli.ConnectStandalone", files.worker().toString(), files.sink().toString())), log,
                files.status());
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits until the broker has given it partitions of a topic; false where it has ended or not begun after a minute and a half. */
    boolean consumes(Servers servers, Contestant contestant, String topic) throws InterruptedException {
        long launched = System.nanoTime();
        while (!servers.consumes(contestant.group(), topic)) {
            if (dead() || System.nanoTime() - launched > LONGEST_START_NANOS) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** As {@link #consumes}, for where nothing can be measured without it. */
    void mustConsume(Servers servers, Contestant contestant, String topic) throws IOException, InterruptedException {
        if (!consumes(servers, contestant, topic)) {
            throw new IllegalStateException(contestant.word() + " does not start; it said:\n" + said());
        }
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

    /** The root of the first failure in its log, in one line. */
    String cause() throws IOException {
        String cause = "";
        for (String line : Files.readAllLines(log)) {
            if (line.startsWith("Caused by: ")) {
                cause = line.substring("Caused by: ".length());
            } else if (!cause.isEmpty() && line.startsWith("[")) {
                break;
            }
        }
        return cause.replaceFirst("^([a-z0-9]+\\.)+", "");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
