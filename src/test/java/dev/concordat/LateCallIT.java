package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.HeldLine.Lacks;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A PATCH that the CRM carries out after the ones that followed it leaves what the ledger said last, whether the CRM knows entity
 * tags and idempotency keys or only one of them.
 */
class LateCallIT {
    private static final Duration SOON = Duration.ofMinutes(5);
    private static TestBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = new TestBed();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void aPatchThatComesAfterItsSuccessorChangesNothing(Lacks lacks) throws Exception {
        String changed = "C-changed-" + lacks;
        String changedBack = "C-changed-back-" + lacks;
        try (var line = new HeldLine(bed.crm.address(), lacks);
                var bridge = Bridge.start(bed.settings().with("concordat.crm.url", line.address().toString()), Clock.systemUTC())) {
            tell(changed);
            tell(changedBack);
            line.hold("/customers/" + changed);
            line.hold("/customers/" + changedBack);
            run("ledger_eu", set(changed, "credit_limit = 100") + set(changedBack, "postings_blocked = false"));
            await().atMost(SOON).until(() -> line.held() == 2);
            run("ledger_eu", set(changed, "credit_limit = 200") + set(changedBack, "postings_blocked = true"));
            told(changed);
            told(changedBack);
            assertThat(line.release()).as("answers to what was held").hasSize(2);
            assertThat(bed.query("crm", "SELECT document ->> 'creditLimit' FROM crm.record WHERE id = '" + changed + "'")).isEqualTo("200");
            assertThat(bed.query("crm", "SELECT document ->> 'postingsBlocked' FROM crm.record WHERE id = '" + changedBack + "'"))
                    .isEqualTo("true");
            assertThat(bed.query("ledger_eu", "SELECT count(*) FROM concordat.quarantine")).isEqualTo("0");
        }
    }

    /** A customer that both sides have, whose postings are blocked. */
    private static void tell(String id) throws SQLException {
        run("crm", "INSERT INTO crm.record (entity, id, version, document) VALUES ('customer', '" + id + "', 1, '{}')");
        run("ledger_eu", "INSERT INTO ledger.customer (id, postings_blocked) VALUES ('" + id + "', true)");
        told(id);
    }

    private static void told(String id) {
        await().atMost(SOON).until(() -> "0".equals(bed.query("ledger_eu", "SELECT count(*) FROM concordat.untold WHERE id = '" + id + "'")));
    }

    private static String set(String id, String assignment) {
        return "UPDATE ledger.customer SET " + assignment + " WHERE id = '" + id + "';";
    }

    private static void run(String database, String sql) throws SQLException {
        try (var connection = bed.database(database).getConnection(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
