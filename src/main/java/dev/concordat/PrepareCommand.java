package dev.concordat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Plays the demo once and keeps what Java learnt from it: the classes as they are in memory and, from Java 25 on, which code is hot
 * (JEP 350, 483, 514 and 515). {@code ./concordat} hands it to every later start.
 */
@Command(name = "prepare", mixinStandardHelpOptions = true,
        description = "Makes later starts quick: plays a short demo, apart from all data and addresses of your own, and keeps what Java learnt from it.")
final class PrepareCommand implements Callable<Integer> {
    private static final int JAVA_WITH_PROFILES = 25;
    private static final List<String> QUIET = List.of("-Xlog:disable", "-Xlog:all=error:stderr");

    @Option(names = "--changes", defaultValue = "3000", description = "How many changes the demo sends (default: ${DEFAULT-VALUE}).")
    private int changes;

    @Option(names = "--options", paramLabel = "FILE", defaultValue = "${sys:concordat.home:-.}/target/quick-start.options",
            description = "Where to write the options of Java that use it; the archive stands beside it (default: target/quick-start.options).")
    private Path options;

    @Override
    public Integer call() throws Exception {
        Path archive = Path.of(options.toAbsolutePath().normalize().toString().replaceFirst("(\\.options)?$", ".archive"));
        Path made = Path.of(archive + ".new");
        Path folder = Files.createTempDirectory("concordat-prepare");
        try {
            Path errors = folder.resolve("errors.txt");
            int status = play(folder, made, errors);
            if (status != 0) {
                System.err.print(Files.readString(errors));
            }
            if (!Files.exists(made)) {
                System.err.println("Java kept nothing; starts stay as they are. The demo ended with " + status + ".");
                return 1;
            }
            Files.deleteIfExists(options);
            Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(options, optionsFor(archive));
            System.out.printf("%s, %d MB: later starts use it until Concordat is built again%n", archive, Files.size(archive) >> 20);
            return 0;
        } finally {
            Files.deleteIfExists(made);
            delete(folder);
        }
    }

    private int play(Path folder, Path made, Path errors) throws IOException, InterruptedException {
        // Nothing of this machine's settings: the addresses in them may be real.
        Path settings = Files.writeString(folder.resolve("demo.properties"), """
                concordat.webhook.port = 0
                concordat.management.port = 0
                concordat.console.port = 0
                """, StandardCharsets.UTF_8);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        // Java names each class that it cannot keep.
        command.addAll(QUIET);
        command.add((profiles() ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + made);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Concordat.class.getName(), "--config", settings.toString(),
                "--data", folder.resolve("data").toString(), "demo", "--exit", "--plain", "--changes", Integer.toString(changes)));
        // Java 25 tells there, in 20 KB, how it starts itself once more.
        var child = new ProcessBuilder(command).inheritIO().redirectError(errors.toFile());
        child.environment().keySet().removeIf(name -> name.startsWith("CONCORDAT_"));
        return child.start().waitFor();
    }

    /** Another Java passes over what it does not know. */
    private static String optionsFor(Path archive) {
        String use = profiles() ? String.join("\n", QUIET) + "\n\"-XX:AOTCache=" : "\"-XX:SharedArchiveFile=";
        return "# Java " + Runtime.version() + "\n-XX:+IgnoreUnrecognizedVMOptions\n" + use + archive + "\"\n";
    }

    private static boolean profiles() {
        return Runtime.version().feature() >= JAVA_WITH_PROFILES;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
