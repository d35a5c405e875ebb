package dev.concordat.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    private Path folder;

    @Test
    void theProgramsOfAnInstallationAreTakenFromWhereTheEnvironmentSays() throws Exception {
        assertThat(PostgresBinaries.folder(Map.of("CONCORDAT_POSTGRES", " "))).isEqualTo(PostgresBinaries.folder(Map.of()));
        for (String program : new String[] {"initdb", "pg_ctl", "postgres"}) {
            assertThat(Files.createFile(folder.resolve(program)).toFile().setExecutable(true)).isTrue();
        }
        assertThat(PostgresBinaries.folder(Map.of("CONCORDAT_POSTGRES", folder.toString()))).isEqualTo(folder);
    }

    @Test
    void aFolderWithoutThemIsNamed() {
        assertThatThrownBy(() -> PostgresBinaries.folder(Map.of("CONCORDAT_POSTGRES", folder.toString()))).isInstanceOf(BridgeException.class)
                .hasMessage("environment variable CONCORDAT_POSTGRES [" + folder + "] should be the folder of an installed PostgreSQL's initdb, pg_ctl, "
                        + "postgres, for example /usr/lib/postgresql/17/bin; missing there: initdb, pg_ctl, postgres");
    }
}
