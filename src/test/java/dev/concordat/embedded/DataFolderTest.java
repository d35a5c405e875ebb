package dev.concordat.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path path;

    @Test
    void a_folder_that_holds_a_servers_data_but_was_not_made_by_concordat_is_refused() throws IOException {
        Path foreign = Files.createDirectories(path.resolve("kafka")).resolve("somebody's.log");
        Files.writeString(foreign, "precious");

        assertThatThrownBy(() -> EmbeddedParts.empty(path)).isInstanceOf(BridgeException.class)
                .hasMessage("data folder '" + path + "' holds 'kafka' but no 'concordat.lock',"
                        + " so Concordat did not make it; name a folder that is empty or missing");
        assertThat(foreign).hasContent("precious");
    }

    @Test
    void why_a_folder_cannot_be_used_is_said() throws IOException {
        Path file = Files.writeString(path.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.open(file)).isInstanceOf(BridgeException.class)
                .hasMessage("data folder '" + file + "' cannot be used: '" + file + "' is a file; name another with --data");
        assertThat(DataFolder.why(new AccessDeniedException("/x"))).isEqualTo("'/x' may not be written by this user");
        assertThat(DataFolder.why(new NoSuchFileException("/x"))).isEqualTo("'/x' cannot be made there");
        assertThat(DataFolder.why(new FileSystemException("/x", null, "Read-only file system"))).isEqualTo("/x: Read-only file system");
    }

    @Test
    void a_folder_is_made_unless_something_is_in_its_way() throws IOException {
        Path made = path.resolve("made/deeper");
        assertThat(DataFolder.objection(made)).isEmpty();
        assertThat(made).isEmptyDirectory();
        assertThat(DataFolder.objection(Files.createSymbolicLink(path.resolve("link"), made))).isEmpty();
        Path file = Files.createFile(made.resolve("file"));
        assertThat(DataFolder.objection(file.resolve("deeper"))).contains(file.resolve("deeper") + ": Not a directory");
    }

    @Test
    void one_folder_serves_one_process_at_a_time() {
        assertThat(DataFolder.isInUse(path)).isFalse();
        try (DataFolder first = DataFolder.open(path)) {
            assertThat(first.path()).isEqualTo(path);
            assertThatThrownBy(() -> DataFolder.open(path)).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("is in use by another running Concordat");
            assertThat(DataFolder.isInUse(path)).isTrue();
        }
        assertThat(DataFolder.isInUse(path)).isFalse();
        DataFolder.open(path).close();
    }

    @Test
    void emptying_a_folder_leaves_files_of_others() throws IOException {
        try (DataFolder folder = DataFolder.open(path)) {
            Files.createDirectories(folder.resolve("postgres").resolve("main"));
        }
        Files.writeString(path.resolve("concordat.log"), "lines");

        EmbeddedParts.empty(path);

        assertThat(path.resolve("postgres")).doesNotExist();
        assertThat(path.resolve("concordat.log")).exists();
    }

    @Test
    void a_port_is_remembered_while_it_is_free() throws IOException {
        int port = ports().of("kafka");
        assertThat(ports().of("kafka")).isEqualTo(port);

        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ports().of("kafka")).isNotEqualTo(taken.getLocalPort());
        }
    }

    private Ports ports() {
        return new Ports(path.resolve(Ports.FILE));
    }
}
