package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * initdb and pg_ctl for one cluster.
 *
 * <p>pg_ctl gives the server a session of its own, so Ctrl-C in a terminal reaches the bridge alone.
 */
final class PostgresPrograms {
    private static final int SECONDS = 120;
    private static final int SECONDS_TO_END = 5;
    private static final String CHILDREN_LEFT = "pre-existing shared memory block";

    private final Path home;
    private final Path folder;
    private final Path log;
    private final Path pidFile;

    PostgresPrograms(Path home) {
        this.home = home;
        this.folder = home.resolve("data");
        this.log = home.resolve("postgres.log");
        this.pidFile = folder.resolve("postmaster.pid");
    }

    boolean created() {
        return Files.exists(folder);
    }

    /** A cluster is made beside its place and then moved, so one half made is never used. */
    void createCluster(String user, Path passwordFile) {
        Path making = home.resolve("making");
        DataFolder.delete(making);
        RootGuard.handOver(home);
        require(run("initdb", "-D", making.toString(), "-U", user, "--pwfile=" + passwordFile, "-A", "scram-sha-256",
                "-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions"), "a cluster cannot be created");
        try {
            Files.move(making, folder);
        } catch (IOException e) {
            throw new BridgeException("'" + making + "' cannot be moved to '" + folder + "': " + e.getMessage(), e);
        }
    }

    void start(int port, List<String> settings) {
        RootGuard.handOver(home);
        String options = settings.stream().map(each -> " -c " + each).collect(Collectors.joining());
        String[] arguments = {"start", "-D", folder.toString(), "-w", "-t", Integer.toString(SECONDS), "-s",
            "-l", log.toString(), "-o", "-p " + port + options};
        Answer answer = run("pg_ctl", arguments);
        for (int tries = 1; tries < 40 && !answer.good() && lastWords().contains(CHILDREN_LEFT); tries++) {
            pause();
            answer = run("pg_ctl", arguments);
        }
        require(answer, "PostgreSQL does not start");
    }

    /** A server that was killed leaves children that end by themselves as soon as they see it. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while PostgreSQL was starting", e);
        }
    }

    /** Stops the server of this cluster if one runs, also one that an earlier process left behind. */
    void stop() {
        if (!running()) {
            return;
        }
        // It may have been ending by itself: the start that Ctrl-C in a terminal interrupts takes its server with it.
        if (!run("pg_ctl", "stop", "-D", folder.toString(), "-m", "fast", "-w", "-t", "20", "-s").good() && running()) {
            require(run("pg_ctl", "stop", "-D", folder.toString(), "-m", "immediate", "-w", "-s"),
                    "PostgreSQL does not stop");
        }
    }

    /** Ends the server of this cluster if one runs, as {@code pg_ctl -m immediate} does, which whoever calls may not have unpacked. */
    private void end() {
        if (running()) {
            ProcessHandle server = server().orElseThrow();
            try {
                new ProcessBuilder("kill", "-QUIT", Long.toString(server.pid())).start();
                server.onExit().completeOnTimeout(server, SECONDS_TO_END, TimeUnit.SECONDS).join();
            } catch (IOException e) {
                throw new BridgeException("PostgreSQL does not stop: " + e.getMessage(), e);
            }
        }
    }

    /** Stops every cluster found in a folder. */
    static void stopAll(Path clusters) {
        all(clusters).forEach(PostgresPrograms::stop);
    }

    /** Ends every cluster found in a folder. */
    static void endAll(Path clusters) {
        all(clusters).forEach(PostgresPrograms::end);
    }

    private static List<PostgresPrograms> all(Path clusters) {
        File[] folders = clusters.toFile().listFiles(File::isDirectory);
        return Stream.of(folders == null ? new File[0] : folders).map(each -> new PostgresPrograms(each.toPath())).toList();
    }

    /** The number in a stale file may be another process's by now: that one must be left alone. */
    private boolean running() {
        Optional<ProcessHandle> holder = server();
        if (holder.isEmpty()) {
            return false;
        }
        if (isServer(holder.get().info())) {
            return true;
        }
        DataFolder.delete(pidFile);
        return false;
    }

    /** The process that the cluster's own file names. */
    Optional<ProcessHandle> server() {
        try {
            return Files.readAllLines(pidFile).stream().findFirst().flatMap(number -> ProcessHandle.of(Long.parseLong(number.strip())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isServer(ProcessHandle.Info info) {
        return info.command().filter(command -> command.contains("postgres")).isPresent()
                && info.arguments().map(List::of).filter(all -> !all.contains(folder.toString())).isEmpty();
    }

    private void require(Answer answer, String wrong) {
        if (!answer.good()) {
            throw new BridgeException(wrong + " in '" + folder + "': " + answer.text().strip() + lastWords());
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            int last = Math.max(0, lines.size() - 5);
            return "; log '" + log + "': " + String.join("\n", lines.subList(last, lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Answer(boolean good, String text) {
    }

    private static Answer run(String program, String... arguments) {
        List<String> command = new ArrayList<>(RootGuard.prefix());
        command.add(PostgresBinaries.folder(System.getenv()).resolve(program).toString());
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("concordat", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output);
            Files.delete(output);
            return new Answer(ended && process.exitValue() == 0, text);
        } catch (IOException e) {
            throw new BridgeException("'" + command.get(0) + "' cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while " + program + " was running", e);
        }
    }
}
