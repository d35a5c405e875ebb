package dev.concordat;

import dev.concordat.embedded.DataFolder;
import dev.concordat.embedded.EmbeddedParts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Plays the demo once and keeps what Java learnt from it: the classes as they are in memory and, from Java 25 on, which code is hot
 * (JEP 350, 514 and 515). {@code ./concordat} hands it to every later start of the same build and the same Java.
 */
@Command(name = "prepare", mixinStandardHelpOptions = true,
        description = "Makes later starts quick: plays a short demo, apart from your data and addresses, and keeps what Java learnt.")
final class PrepareCommand implements Callable<Integer> {
    private static final int JAVA_WITH_PROFILES = 25;
    private static final String DATA = "data";
    /** Of the environment, so that no variable leads the demo to a real server. */
    private static final Set<String> PASSED_ON = Set.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "USER");

    @Option(names = "--changes", defaultValue = "3000", description = "How many changes the demo sends (default: ${DEFAULT-VALUE}).")
    private int changes;

    @Option(names = "--archive", paramLabel = "FILE", defaultValue = "${sys:concordat.home:-.}/target/quick-start",
            description = "What to write, without its ending: .jsa, or .aot from Java 25 on, and .release, which tells of which Java it is "
                    + "(default: target/quick-start).")
    private Path archive;

    private Process demo;
    private boolean ended;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("concordat-prepare");
        // Of its own: Java 25 writes a second file beside it.
        Path making = ending(".new");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(making, folder)));
        DataFolder.delete(making);
        Path made = Files.createDirectories(making).resolve("made");
        int status = play(folder, made);
        if (status != 0 || !Files.exists(made)) {
            System.err.println("The demo ended with " + status + (Files.exists(made) ? "" : ", and Java kept nothing")
                    + "; starts stay as they are.");
            return 1;
        }
        List.of(".release", ".jsa", ".aot").forEach(each -> DataFolder.delete(ending(each)));
        Path kept = ending(profiles() ? ".aot" : ".jsa");
        Files.move(made, kept);
        Files.copy(Path.of(System.getProperty("java.home"), "release"), ending(".release"), StandardCopyOption.REPLACE_EXISTING);
        System.out.printf("%s, %d MB: later starts use it until Concordat is built again%n", kept, Files.size(kept) >> 20);
        return 0;
    }

    /**
     * However this process ends. What a demo keeps is for nobody, so it is not waited for: neither while its servers stop, nor while Java writes what it
     * learnt, from 25 on in one more process.
     */
    private synchronized void end(Path making, Path folder) {
        ended = true;
        if (demo != null) {
            kill(Stream.concat(Stream.of(demo.toHandle()), demo.descendants()));
            EmbeddedParts.endLeftovers(folder.resolve(DATA));
            // What was about to start when its parent was killed.
            kill(ProcessHandle.allProcesses().filter(each -> each.info().commandLine().filter(line -> line.contains(folder.toString())).isPresent()));
        }
        DataFolder.delete(making);
        DataFolder.delete(folder);
    }

    private static void kill(Stream<ProcessHandle> processes) {
        var all = processes.toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }

    private Path ending(String ending) {
        return Path.of(archive.toAbsolutePath().normalize() + ending);
    }

    private int play(Path folder, Path made) throws IOException, InterruptedException {
        // Nothing of this machine's settings: the addresses in them may be real.
        Path settings = Files.writeString(folder.resolve("demo.properties"), """
                concordat.webhook.port = 0
                concordat.management.port = 0
                concordat.console.port = 0
                """);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // What is kept by a start without native access is of no use to one with it.
                .filter(each -> each.startsWith("-X") || each.startsWith("--enable-native-access") || each.startsWith("-Dconcordat.log")
                        || each.startsWith("-Dconcordat.home"))
                .forEach(command::add);
        // Java names each class that it cannot keep.
        command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr"));
        command.add((profiles() ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + made);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Concordat.class.getName(), "--config", settings.toString(),
                "--data", folder.resolve(DATA).toString(), "demo", "--exit", "--plain", "--changes", Integer.toString(changes)));
        Path errors = folder.resolve("errors.txt");
        // Java 25 tells there, in 20 KB, how it starts itself once more.
        var builder = new ProcessBuilder(command).inheritIO().redirectError(errors.toFile());
        builder.environment().keySet().retainAll(PASSED_ON);
        int status = begin(builder).waitFor();
        if (status != 0 && !isEnded()) {
            System.err.print(Files.readString(errors));
        }
        return status;
    }

    private synchronized Process begin(ProcessBuilder builder) throws IOException {
        if (ended) {
            throw new BridgeException("told to stop; starts stay as they are");
        }
        demo = builder.start();
        return demo;
    }

    /** Whether this process was told to stop; waits until what it has made is gone then. */
    private synchronized boolean isEnded() {
        return ended;
    }

    private static boolean profiles() {
        return Runtime.version().feature() >= JAVA_WITH_PROFILES;
    }
}
