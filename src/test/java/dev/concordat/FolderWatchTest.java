package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contract.FileContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed on of a folder that is edited. */
class FolderWatchTest {
    @TempDir
    private Path folder;
    private final List<Map<Path, FileContent>> taken = new ArrayList<>();
    private boolean settles = true;
    private FolderWatch watch;

    @BeforeEach
    void open() {
        watch = new FolderWatch("test", folder, FolderWatchTest::holds, found -> {
            taken.add(found);
            return settles;
        });
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
}
