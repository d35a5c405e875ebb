package dev.concordat.faults;

import dev.concordat.BuiltJar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/** A server in a Java process of its own, which can be killed and started again. It ends when whoever started it has ended. */
final class ServerProcess implements AutoCloseable {
    private static final String READY = "ready";

    private final Class<?> main;
    private final List<String> arguments;
    private final Path log;
    private Process process;

    ServerProcess(Class<?> main, Path log, Object... arguments) {
        this.main = main;
        this.log = log;
        this.arguments = java.util.Arrays.stream(arguments).map(Object::toString).toList();
    }

    /** For the server's own main: says that it is ready, then takes each line of standard input until that ends. */
    static void serve(Consumer<String> lines) throws IOException {
        System.out.println(READY);
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.accept(line);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    /** Returns once it is ready. */
    synchronized void start() {
        try {
            var command = BuiltJar.java(main, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
            command.addAll(arguments);
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); !READY.equals(line); line = out.readLine()) {
                if (line == null) {
                    throw new IllegalStateException(main.getSimpleName() + " does not start; " + log + " says why");
                }
                keep(line);
            }
            keepWhatFollows(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keepWhatFollows(BufferedReader out) {
        var thread = new Thread(() -> {
            try (out) {
                out.lines().forEach(this::keep);
            } catch (IOException | UncheckedIOException e) {
                // It has ended.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void keep(String line) {
        try {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void tell(Object line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void kill() {
        kill(process);
    }

    /** As kill -9 does. Does not wait by {@link Process#onExit}, which needs a thread of the pool that strikes wait in. */
    static void kill(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            kill();
        }
    }
}
