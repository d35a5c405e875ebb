package dev.concordat.faults;

import dev.concordat.BuiltJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The bridge as one or two processes in one consumer group, and whoever starts again what has ended, as an operating system would. */
final class Bridges implements AutoCloseable {
    private static final long LOOK_EVERY_MS = 250;
    /** Six times what a stop may take. */
    private static final int STOPPED_WITHIN_SECONDS = 60;
    /** Exit status of a Java machine that was told to stop. */
    private static final int SIGTERM = 128 + 15;

    private final Ground ground;
    private final Path logs;
    private final Process[] processes = new Process[Ground.BRIDGES];
    private final Thread watch = new Thread(this::keepAlive, "watch-bridges");
    /** Of the contracts, the second number of the version that is to come into force, with one bridge at first. */
    private int minor;
    private int wanted;
    private int batch = 100;
    private int starts;
    private boolean closed;

    Bridges(Ground ground, Path logs) throws IOException {
        this.ground = ground;
        this.logs = logs;
        bringAll();
        watch.setDaemon(true);
        watch.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** @param batch changes in one batch at most, for those that are started from now on */
    synchronized void want(int number, int batch) {
        this.wanted = number;
        this.batch = batch;
        for (int i = number; i < processes.length; i++) {
            if (processes[i] != null) {
                stop(processes[i]);
                processes[i] = null;
            }
        }
        startMissing();
    }

    /** Puts contracts of a version that none has had into the place of one bridge's. */
    synchronized void raise(int number) throws IOException {
        minor++;
        bring(number);
    }

    /** Has all bridges have what one has had first. */
    synchronized void bringAll() throws IOException {
        for (int i = 0; i < processes.length; i++) {
            bring(i);
        }
    }

    private void bring(int number) throws IOException {
        for (String entity : List.of("customer", "account")) {
            Path file = contracts(number).resolve(entity).resolve("v1.odcs.yaml");
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling("next");
            Files.writeString(next, Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"))
                    .replaceFirst("(?m)^version: 1.0.0$", "version: 1." + minor + ".0"));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path contracts(int number) {
        return ground.folder().resolve("contracts-" + number);
    }

    /** As kill -9 does. */
    synchronized void kill(int number) {
        if (alive(number)) {
            ServerProcess.kill(processes[number]);
        }
    }

    /**
     * As an operating system does that updates a machine. It ends by itself, in order, whatever else is at fault.
     *
     * @throws IllegalStateException where it does not
     */
    void tellToStop(int number) throws InterruptedException {
        Process told;
        synchronized (this) {
            if (!alive(number)) {
                return;
            }
            told = processes[number];
            told.destroy();
        }
        if (!told.waitFor(STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            dumpThreads();
            throw new IllegalStateException("bridge " + number + " was told to stop " + STOPPED_WITHIN_SECONDS + " s ago, and is there still");
        }
        if (told.exitValue() != 0 && told.exitValue() != SIGTERM) {
            throw new IllegalStateException("bridge " + number + " was told to stop, and ended with " + told.exitValue());
        }
    }

    /** The process stands still, its connections stay open. Returns what stands still, to be thawed. */
    synchronized ProcessHandle freeze(int number) {
        startMissing();
        signal("-STOP", processes[number].toHandle());
        return processes[number].toHandle();
    }

    void thaw(ProcessHandle frozen) {
        signal("-CONT", frozen);
    }

    /** Has each bridge write to its log what its threads do. */
    synchronized void dumpThreads() {
        for (Process process : processes) {
            if (process != null && process.isAlive()) {
                signal("-QUIT", process.toHandle());
            }
        }
    }

    int starts() {
        return starts;
    }

    private boolean alive(int number) {
        return processes[number] != null && processes[number].isAlive();
    }

    private void keepAlive() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    startMissing();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startMissing() {
        for (int i = 0; i < wanted; i++) {
            if (!alive(i) && !closed) {
                processes[i] = start(i);
            }
        }
    }

    private Process start(int number) {
        try {
            starts++;
            var command = BuiltJar.java("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
            command.addAll(List.of("dev.concordat.Concordat", "run", "--config", settings(number).toString()));
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logs.resolve("bridge-" + number + ".log").toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path settings(int number) throws IOException {
        var settings = new Properties();
        try (var in = Files.newInputStream(Path.of("config/application.properties"))) {
            settings.load(in);
        }
        settings.putAll(ground.addresses());
        settings.setProperty("concordat.batch.size", Integer.toString(batch));
        settings.setProperty("concordat.webhook.port", Integer.toString(ground.webhookPort(number)));
        settings.setProperty("concordat.management.port", Integer.toString(ground.managementPort(number)));
        settings.setProperty("concordat.console.enabled", "false");
        settings.setProperty("concordat.contracts", contracts(number).toString());
        settings.setProperty("concordat.data", ground.folder().resolve("bridge-" + number).toString());
        // Short enough that a bridge that stands still for some seconds loses its partitions, by both of Kafka's measures.
        settings.setProperty("camel.component.kafka.max-poll-interval-ms", "3000");
        settings.setProperty("camel.component.kafka.session-timeout-ms", "2000");
        settings.setProperty("camel.component.kafka.heartbeat-interval-ms", "500");
        settings.setProperty("camel.component.kafka.consumer-request-timeout-ms", "5000");
        Path file = ground.folder().resolve("bridge-" + number + ".properties");
        try (var out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        return file;
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void signal(String signal, ProcessHandle process) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (Process process : processes) {
            if (process != null) {
                ServerProcess.kill(process);
            }
        }
    }
}
