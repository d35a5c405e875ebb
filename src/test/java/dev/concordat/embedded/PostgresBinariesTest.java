package dev.concordat.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresBinariesTest {
    @Test
    void theProgramsOfAnInstallationAreTakenFromWhereTheEnvironmentSays() {
        assertThat(PostgresBinaries.folder(Map.of("CONCORDAT_POSTGRES", "/usr/lib/postgresql/17/bin"))).isEqualTo(Path.of("/usr/lib/postgresql/17/bin"));
    }

    @Test
    void otherwiseTheyAreThoseOfTheJar() {
        assertThat(PostgresBinaries.folder(Map.of()).resolve("initdb")).satisfies(program -> assertThat(Files.isExecutable(program)).isTrue());
    }
}
