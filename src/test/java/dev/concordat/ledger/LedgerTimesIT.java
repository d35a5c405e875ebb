package dev.concordat.ledger;

import static dev.concordat.change.Sent.customer;
import static dev.concordat.change.Sent.newCustomer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contract.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that are finer than a ledger keeps, in statements that judge and in those that do not. */
class LedgerTimesIT {
    private static LedgerGround ground;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException, SQLException {
        for (String each : new String[] {"customer", "account"}) {
            Files.createDirectories(folder.resolve(each));
            Files.writeString(folder.resolve(each).resolve("v1.odcs.yaml"), Files.readString(Path.of("contracts", each, "v1.odcs.yaml"))
                    .replace("logicalType: date\n        logicalTypeOptions: {format: yyyy-MM-dd}\n        physicalType: date\n        classification: confidential",
                            "logicalType: timestamp\n        physicalType: timestamptz\n        classification: confidential")
                    .replace("examples: [\"1984-05-23\"]", "examples: [\"1984-05-23T00:00:00Z\"]"));
        }
        ground = new LedgerGround(Contracts.read(folder), "ALTER TABLE ledger.customer ALTER date_of_birth TYPE timestamptz");
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        ground.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTimeIsCutOffAndNotRounded(boolean straight) throws SQLException {
        ground.clear();
        ground.goStraight(straight);
        ground.apply(newCustomer("C-1", "DE").version(1).set("dateOfBirth", "2026-01-01T00:00:00.1234567+02:00"));
        ground.apply(newCustomer("C-2", "DE").version(1).set("dateOfBirth", "2026-01-01T00:00:00.1234Z"));
        ground.apply(customer("C-2").version(2).set("dateOfBirth", "9999-12-31T23:59:59.9999999Z"));

        assertThat(ground.rows("SELECT id, date_of_birth AT TIME ZONE 'UTC' FROM ledger.customer ORDER BY id"))
                .containsExactly("C-1|2025-12-31 22:00:00.123456", "C-2|9999-12-31 23:59:59.999999");
    }
}
