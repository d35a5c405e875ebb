package dev.concordat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/**
 * The built jar in Java machines of its own. What {@code prepare} keeps of it is made once for a run of all tests, by whoever needs it first, and
 * spares each machine a third of its start. Benchmarks are compiled with it, and have no libraries for tests.
 */
public final class BuiltJar {
    public static final String CLASSES = "target/concordat.jar:target/lib/*";
    /** An address of the machine must not be asked; the sample's traffic would go there. */
    static final Map<String, String> NOBODYS_ADDRESSES = Map.of("CONCORDAT_KAFKA_BROKERS", "127.0.0.1:9", "CAMEL_COMPONENT_KAFKA_BROKERS", "127.0.0.1:9");
    /** Of which run of Maven the tests are; none in a development environment and in benchmarks, which start without what is kept. */
    private static final String RUN = System.getProperty("concordat.run");
    private static final Path FOLDER = Path.of("target", "prepared");
    private static final Path ARCHIVE = FOLDER.resolve("quick start");
    private static final Path SAID = FOLDER.resolve("said.txt");

    private BuiltJar() {
    }

    /** The beginning of a command line, before the name of the main class. */
    public static List<String> java(String... options) throws IOException {
        return java(List.of(options), CLASSES);
    }

    /** The command line of a class that is not in the jar but uses it. */
    public static List<String> java(Class<?> main, String... options) throws IOException {
        String place = Path.of(main.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
        var command = java(List.of(options), CLASSES + ":" + place);
        command.add(main.getName());
        return command;
    }

    private static List<String> java(List<String> options, String classes) throws IOException {
        var command = new ArrayList<>(List.of(program()));
        command.addAll(options);
        if (RUN != null) {
            prepared();
            // As ./concordat: Java 25 warns of small pieces of the archive that it passes over.
            command.addAll(List.of(quickStart(), "-Xlog:disable", "-Xlog:all=error:stderr"));
        }
        command.addAll(List.of("-cp", classes));
        return command;
    }

    static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Without the ending. */
    static Path archive() {
        return ARCHIVE;
    }

    /** The option that hands a start what {@code prepare} kept. */
    static String quickStart() {
        Path profiles = Path.of(ARCHIVE + ".aot");
        return Files.exists(profiles) ? "-XX:AOTCache=" + profiles : "-XX:SharedArchiveFile=" + ARCHIVE + ".jsa";
    }

    /** What {@code prepare} has said in this run; of test machines beside each other one waits for the other. */
    static synchronized String prepared() throws IOException {
        try (var lock = FileChannel.open(Path.of("target", "prepared.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            Path run = FOLDER.resolve("run.txt");
            if (!Files.exists(run) || !Files.readString(run).equals(RUN)) {
                FileSystemUtils.deleteRecursively(FOLDER);
                Files.createDirectories(FOLDER);
                prepare();
                Files.writeString(run, String.valueOf(RUN));
            }
            return Files.readString(SAID);
        }
    }

    private static void prepare() throws IOException {
        var builder = new ProcessBuilder(program(), "@config/jvm.options", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Dconcordat.log=quiet", "-cp", CLASSES,
                Concordat.class.getName(), "prepare", "--changes", "200", "--archive", ARCHIVE.toString()).redirectErrorStream(true).redirectOutput(SAID.toFile());
        builder.environment().putAll(NOBODYS_ADDRESSES);
        Process started = builder.start();
        try {
            if (started.waitFor() != 0) {
                throw new IOException("a start could not be prepared: " + Files.readString(SAID));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a start was prepared", e);
        } finally {
            started.destroy();
        }
    }
}
