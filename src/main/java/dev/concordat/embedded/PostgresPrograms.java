package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * initdb and pg_ctl for one cluster.
 *
 * <p>pg_ctl gives the server a session of its own, so Ctrl-C in a terminal reaches the bridge alone, which stops in order.
 */
final class PostgresPrograms {
    private static final int SECONDS = 120;

    private final Path folder;
    private final Path log;

    PostgresPrograms(Path folder) {
        this.folder = folder;
        this.log = folder.resolveSibling(folder.getFileName() + ".log");
    }

    /** A cluster is made beside its place and then moved, so one half made is never used. */
    void createCluster(String user, Path passwordFile) {
        Path making = folder.resolveSibling(folder.getFileName() + ".making");
        DataFolder.delete(making);
        require(run("initdb", "-D", making.toString(), "-U", user, "--pwfile=" + passwordFile, "-A", "scram-sha-256",
                "-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions"), "a cluster cannot be created");
        try {
            Files.move(making, folder);
        } catch (IOException e) {
            throw new BridgeException("'" + making + "' cannot be moved to '" + folder + "': " + e.getMessage(), e);
        }
    }

    void start(int port, List<String> settings) {
        String options = settings.stream().map(each -> " -c " + each).collect(Collectors.joining());
        require(run("pg_ctl", "start", "-D", folder.toString(), "-w", "-t", Integer.toString(SECONDS), "-s",
                "-l", log.toString(), "-o", "-p " + port + options), "PostgreSQL does not start");
    }

    /** Stops the server of this cluster if one runs, also one that an earlier process left behind. */
    void stop() {
        if (running() && !run("pg_ctl", "stop", "-D", folder.toString(), "-m", "fast", "-w", "-t", "20", "-s").good()) {
            require(run("pg_ctl", "stop", "-D", folder.toString(), "-m", "immediate", "-w", "-s"),
                    "PostgreSQL does not stop");
        }
    }

    /** Stops every cluster found in a folder. */
    static void stopAll(Path clusters) {
        File[] folders = clusters.toFile().listFiles(File::isDirectory);
        for (File each : folders == null ? new File[0] : folders) {
            new PostgresPrograms(each.toPath()).stop();
        }
    }

    private boolean running() {
        return Files.exists(folder.resolve("postmaster.pid"))
                && run("pg_ctl", "status", "-D", folder.toString()).good();
    }

    private void require(Answer answer, String wrong) {
        if (!answer.good()) {
            throw new BridgeException(wrong + " in '" + folder + "': " + answer.text().strip() + lastWords());
        }
    }

    private String lastWords() {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return "; its log '" + log + "' ends with: " + String.join("\n", all.subList(Math.max(0, all.size() - 5), all.size()));
        } catch (IOException e) {
            return "";
        }
    }

    private record Answer(boolean good, String text) {
    }

    private static Answer run(String program, String... arguments) {
        List<String> command = new ArrayList<>(RootGuard.prefix());
        command.add(PostgresBinaries.unpacked().resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("concordat", ".out");
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
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
