package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabasesTest {
    @Test
    void whatWouldMixRegionsOrIsForNoneOfThemIsFoundWithAllElse(@TempDir Path folder) throws IOException {
        var settings = Settings.read(Files.writeString(folder.resolve("concordat.properties"), """
                concordat.ledger.eu.url = jdbc:postgresql://ledger/customers
                concordat.ledger.uk.url = jdbc:postgresql://ledger/customers
                concordat.ledger.ukk.url = jdbc:postgresql://ledger-uk/customers
                concordat.ledger.us.url = jdbc:postgresql://ledger-us/customers
                """), Map.of("CONCORDAT_TOKEN_SU_KEY", "k"));
        assertThatThrownBy(() -> Databases.open(settings)).isInstanceOf(BridgeException.class).hasMessage("""
                'concordat.directory.url' is empty; it should be set in the settings file or as CONCORDAT_DIRECTORY_URL, or a bridge with embedded \
                parts should run
                'concordat.ledger.ukk.url' is set for a region that 'config/residency.yaml' does not name; it names eu, uk, us
                'concordat.token.su.key' is set for a region that 'config/residency.yaml' does not name; it names eu, uk, us
                'concordat.ledger.eu.url' [jdbc:postgresql://ledger/customers] and 'concordat.ledger.uk.url' [jdbc:postgresql://ledger/customers] lead to the \
                same database; each should lead to one of its own""");
    }

    @Test
    void aLedgerAtTheAddressOfTheDirectoryIsFoundBeforeEitherIsAsked(@TempDir Path folder) throws IOException {
        var databases = new StringBuilder("concordat.directory.url = jdbc:postgresql://127.0.0.1:1/us\n");
        List.of("eu", "uk", "us").forEach(region -> databases.append("concordat.ledger." + region + ".url = jdbc:postgresql://127.0.0.1:1/" + region + "\n"));
        var settings = Settings.read(Files.writeString(folder.resolve("concordat.properties"), databases), Map.of());
        assertThatThrownBy(() -> Databases.open(settings)).isInstanceOf(BridgeException.class).hasMessage(
                "'concordat.directory.url' [jdbc:postgresql://127.0.0.1:1/us]"
                + " and 'concordat.ledger.us.url' [jdbc:postgresql://127.0.0.1:1/us] lead to the same database; each should lead to one of its own");
    }

    @Test
    void aWrongResidencyFileIsFoundWithAllElse(@TempDir Path folder) throws IOException {
        Path residency = Files.writeString(folder.resolve("residency.yaml"), "home: eu\nregions: {eu: {countries: [DE]}}\ncrm: [us]\n");
        String contradiction = residency + ": crm [us] should be one of the regions [eu]\n";
        String config = "concordat.data = " + folder.resolve("data") + "\nconcordat.residency = " + residency + "\nconcordat.directory.url = jdbc:postgresql://directory/directory\n";
        var settings = Settings.read(Files.writeString(folder.resolve("concordat.properties"), config), Map.of());
        assertThatThrownBy(() -> Databases.open(settings)).isInstanceOf(BridgeException.class).hasMessage(contradiction
                + "'concordat.ledger.eu.url' is empty; it should be set in the settings file or as CONCORDAT_LEDGER_EU_URL, or a bridge with embedded parts should run");
        assertThatThrownBy(() -> Surroundings.open(settings, line -> { })).isInstanceOf(BridgeException.class).hasMessage(contradiction
                + "'concordat.ledger.eu.url' is empty; it should be set, as other databases are, or none should be: embedded ones beside real ones are not started");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void anAuditWithoutACrmSaysSo(@TempDir Path folder) throws IOException {
        var databases = new StringBuilder("concordat.data = " + folder.resolve("data") + "\nconcordat.directory.url = jdbc:postgresql://127.0.0.1:1/directory\n");
        List.of("eu", "uk", "us").forEach(region -> databases.append("concordat.ledger." + region + ".url = jdbc:postgresql://127.0.0.1:1/" + region + "\n"));
        Path config = Files.writeString(folder.resolve("concordat.properties"), databases);
        var said = new StringWriter();

        int exit = Concordat.commandLine().setErr(new PrintWriter(said, true)).execute("audit", "--config", config.toString());
        assertThat(exit).isEqualTo(2);
        assertThat(said.toString()).contains("'concordat.crm.url' is empty; it should be set").doesNotContain("Exception");
    }

    @Test
    void aForgottenAddressStartsNoDatabaseHere(@TempDir Path folder) throws IOException {
        Path data = folder.resolve("data");
        var settings = Settings.read(Files.writeString(folder.resolve("concordat.properties"), """
                concordat.data = %s
                concordat.directory.url = jdbc:postgresql://directory/directory
                concordat.ledger.eu.url = jdbc:postgresql://ledger-eu/customers
                """.formatted(data)), Map.of());
        assertThatThrownBy(() -> Surroundings.open(settings, line -> { })).isInstanceOf(BridgeException.class).hasMessage("""
                'concordat.ledger.uk.url' is empty; it should be set, as other databases are, or none should be: embedded ones beside real ones are not started
                'concordat.ledger.us.url' is empty; it should be set, as other databases are, or none should be: embedded ones beside real ones are not started""");
        assertThat(data).doesNotExist();
    }
}
