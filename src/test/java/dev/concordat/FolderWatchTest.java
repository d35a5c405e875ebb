package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contract.FileContent;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is handed on of a folder that is edited. */
class FolderWatchTest {
    @TempDir
    private Path folder;
    private final List<Map<Path, FileContent>> taken = new ArrayList<>();
    private boolean settles = true;
    private Runnable meanwhile = () -> { };
    private long nanos;
    private FolderWatch watch;

    @BeforeEach
    void open() {
        watch = new FolderWatch("test", folder, FolderWatchTest::holds, found -> {
            taken.add(found);
            meanwhile.run();
            return settles;
        }, () -> nanos);
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private static boolean holds(Path file) {
        return file.toString().endsWith(".txt");
    }

    private void write(String name, String text) throws Exception {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    private void look(int times) {
        for (int look = 0; look < times; look++) {
            watch.look();
        }
    }

    @Test
    void whatTwoLooksFoundIsHandedOnOnce() throws Exception {
        write("a.txt", "1");
        look(1);
        write("a.txt", "2");
        look(1);
        assertThat(taken).isEmpty();
        look(3);
        assertThat(taken).singleElement().satisfies(found -> assertThat(found.get(folder.resolve("a.txt")).text()).isEqualTo("2"));
    }

    /** As contracts that were edited while the bridge started. */
    @Test
    void whatHasChangedSinceItWasReadIsHandedOn() throws Exception {
        write("a.txt", "1");
        var read = FolderWatch.found(folder, file -> true);
        write("a.txt", "2");
        watch.settle(read);
        look(2);
        assertThat(taken).hasSize(1);
        watch.settle(FolderWatch.found(folder, file -> true));
        look(2);
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatIsNotSettledIsHandedOnAgain() throws Exception {
        settles = false;
        write("a.txt", "1");
        look(4);
        assertThat(taken).hasSize(3);
    }

    @Test
    void sameBytesAndOtherFilesAreNoChange() throws Exception {
        write("a.txt", "1");
        watch.settle(FolderWatch.found(folder, FolderWatchTest::holds));
        write("a.txt", "1");
        write("b.md", "1");
        write(".a.txt", "1");
        write(".git/a.txt", "1");
        look(3);
        assertThat(taken).isEmpty();
    }

    @Test
    void aFolderOfALoopOfLinksIsReadOnce() throws Exception {
        write("sub/a.txt", "1");
        Files.createSymbolicLink(folder.resolve("sub/up"), folder);
        assertThat(FolderWatch.found(folder, FolderWatchTest::holds)).containsOnlyKeys(folder.resolve("sub/a.txt"));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsNoFileIsNotOpenedAndWhatIsTooLargeIsNotRead() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe.txt").toString()).start().waitFor()).isZero();
        Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("pipe.txt"));
        Files.createSymbolicLink(folder.resolve("device.txt"), Path.of("/dev/null"));
        try (var large = new RandomAccessFile(folder.resolve("large.txt").toFile(), "rw")) {
            large.setLength(20_000_000);
        }
        write("a.txt", "1");
        look(2);
        assertThat(taken).singleElement().satisfies(found -> {
            for (String name : List.of("pipe.txt", "link.txt", "device.txt")) {
                assertThat(found.get(folder.resolve(name)).unreadable()).isEqualTo("it is a pipe, a socket or a device; it should be a regular file, or a link to one");
            }
            assertThat(found.get(folder.resolve("large.txt")).unreadable()).isEqualTo("it is larger than 10000000 bytes; it should be smaller");
            assertThat(found.get(folder.resolve("a.txt")).text()).isEqualTo("1");
        });
    }

    @Test
    void aFolderThatHangsIsTold() {
        look(1);
        nanos = Duration.ofSeconds(29).toNanos();
        assertThat(told()).isEmpty();
        nanos = Duration.ofSeconds(31).toNanos();
        assertThat(told()).containsOnly(Map.entry("looked", "no look at [" + folder + "] has ended for 31 s; it should be a folder that can be read at once"));
        look(1);
        assertThat(told()).isEmpty();
    }

    @Test
    void whatTakesLongToComeIntoForceIsNoFolderThatHangs() throws Exception {
        var while31Seconds = new HashMap<String, Object>();
        meanwhile = () -> {
            nanos += Duration.ofSeconds(31).toNanos();
            while31Seconds.putAll(told());
        };
        write("a.txt", "1");
        look(2);
        assertThat(while31Seconds).containsOnly(Map.entry("looked",
                "what was found in [" + folder + "] is being taken into force for 31 s; what is edited meanwhile comes after that"));
        assertThat(told()).isEmpty();
    }

    private Map<String, Object> told() {
        var health = HealthCheckResultBuilder.on(null).up();
        watch.tell(health);
        return health.build().getDetails();
    }
}
