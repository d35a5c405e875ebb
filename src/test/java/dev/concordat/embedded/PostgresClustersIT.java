package dev.concordat.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresClustersIT {
    private static final Map<String, List<String>> CLUSTERS = Map.of("eu", List.of("one"), "uk", List.of("two"));

    @TempDir
    private Path folder;

    @Test
    void one_region_goes_down_and_comes_back_alone() throws SQLException {
        try (EmbeddedParts parts = start(folder)) {
            parts.stopPostgres("eu");

            assertThatThrownBy(() -> Database.of(parts, "one").value("SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(Database.of(parts, "two").value("SELECT 2")).isEqualTo("2");

            parts.startPostgres("eu");
            assertThat(Database.of(parts, "one").value("SELECT 1")).isEqualTo("1");
            assertThatThrownBy(() -> parts.stopPostgres("us")).isInstanceOf(BridgeException.class)
                    .hasMessageStartingWith("cluster 'us' is not embedded; there are ");
        }
    }

    @Test
    void a_process_that_was_killed_leaves_servers_that_the_next_start_replaces() throws Exception {
        Path data = folder.resolve("path with space");
        Process killed = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Killed.class.getName(), data.toString())
                .inheritIO().start();
        assertThat(killed.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(killed.exitValue()).isEqualTo(Killed.STATUS);
        String ports = Files.readString(data.resolve(Ports.FILE));

        try (EmbeddedParts parts = start(data)) {
            assertThat(data.resolve(Ports.FILE)).as("the servers left behind hold no port").hasContent(ports);
            assertThat(Database.of(parts, "one").value("SELECT line FROM kept")).isEqualTo("before");
        }
    }

    @Test
    void emptying_a_folder_stops_the_servers_left_in_it() throws Exception {
        Path data = folder.resolve("emptied");
        start(data).close();
        PostgresPrograms left = new PostgresPrograms(data.resolve("postgres").resolve("eu"));
        left.start(new Ports(folder.resolve("others")).of("left"), List.of("unix_socket_directories="));

        EmbeddedParts.empty(data);

        assertThat(left.server()).isEmpty();
        assertThat(data.toFile().list()).containsExactly(DataFolder.MARKER);
    }

    private static EmbeddedParts start(Path data) {
        return EmbeddedParts.start(data, EnumSet.of(Part.POSTGRES), CLUSTERS, line -> { });
    }

    /** A process that ends without stopping anything. */
    static final class Killed {
        static final int STATUS = 137;

        private Killed() {
        }

        public static void main(String[] arguments) throws SQLException {
            EmbeddedParts parts = start(new File(arguments[0]).toPath());
            Database.of(parts, "one").run("CREATE TABLE kept (line text)", "INSERT INTO kept VALUES ('before')");
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
