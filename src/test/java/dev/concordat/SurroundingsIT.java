package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.sample.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** Databases that are embedded or not, with a contract that names a column which the sample ledger does not have. */
class SurroundingsIT {
    private static final String COLUMN = """
            SELECT data_type FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = 'customer' AND column_name = 'salutation'""";
    @TempDir
    private Path folder;
    private Settings settings;

    @BeforeEach
    void extend() throws Exception {
        Path customer = TestBed.copyOfContracts(folder.resolve("contracts")).resolve("customer/v1.odcs.yaml");
        String text = Files.readString(customer);
        Files.writeString(customer, text.replace("version: 1.0.0", "version: 1.1.0").replaceFirst("      - id: givenName\n", """
                - name: salutation
                  physicalName: salutation
                  logicalType: string
                  classification: confidential
                  customProperties: [{property: owningSystem, value: crm}, {property: piiCategory, value: name}]
                """.indent(6) + "      - id: givenName\n"));
        settings = Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.contracts", folder.resolve("contracts").toString())
                .with("concordat.kafka.brokers", "127.0.0.1:1").with("concordat.activemq.url", "tcp://127.0.0.1:1");
    }

    private Surroundings start(Settings some, String data) {
        var surroundings = Surroundings.open(some.with("concordat.data", folder.resolve(data).toString()), line -> { });
        surroundings.start(1, Faults.everyday(), Clock.systemUTC(), line -> { });
        return surroundings;
    }

    private static List<String> types(Settings complete, String region) {
        String prefix = "concordat.ledger." + region;
        return new JdbcTemplate(new SimpleDriverDataSource(new org.postgresql.Driver(), complete.text(prefix + ".url"), complete.text(prefix + ".user"),
                complete.text(prefix + ".password"))).queryForList(COLUMN, String.class);
    }

    @Test
    void embeddedLedgersGetTheColumnAndOthersAreLeftAsTheyAre() {
        Settings others;
        try (var owner = start(settings.with("concordat.contracts", "contracts"), "others")) {
            others = owner.settings();
            assertThat(types(others, "eu")).isEmpty();
            var real = settings.with("concordat.directory.url", others.text("concordat.directory.url"));
            for (String region : List.of("eu", "uk", "us")) {
                for (String part : List.of("url", "user", "password")) {
                    real = real.with("concordat.ledger." + region + "." + part, others.text("concordat.ledger." + region + "." + part));
                }
            }
            try (var beside = start(real, "beside")) {
                assertThat(beside.settings().text("concordat.ledger.eu.url")).isEqualTo(others.text("concordat.ledger.eu.url"));
                assertThat(types(others, "eu")).isEmpty();
            }
        }
        for (int start = 0; start < 2; start++) {
            try (var again = start(settings, "others")) {
                assertThat(List.of("eu", "uk", "us")).allSatisfy(region -> assertThat(types(again.settings(), region)).containsExactly("text"));
            }
        }
    }
}
