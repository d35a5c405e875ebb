package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import dev.concordat.change.Sent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class VerdictsTest {
    private static final ApplyStatement STATEMENT = LedgerGround.statements().apply().get("account");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Verdicts verdicts = new Verdicts("eu", new Outcomes(meters), Clock.systemUTC());

    private static LaneRecord laneRecord(Sent sent, boolean returned) {
        String before = "{\"contract\":\"account/1.0.0\",\"receipt\":\"crm.changes-0@4\"," + (returned ? "\"delivery\":\"crm.changes-0@9\"," : "")
                + "\"returned\":" + returned + ",\"change\":";
        try {
            return STATEMENT.read("account/A-1", (before + sent.json() + "}").getBytes(UTF_8), before.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Breached> take(boolean returned, String... given) {
        var rows = new ArrayList<Map<String, Object>>();
        var records = new ArrayList<LaneRecord>();
        for (String verdict : given) {
            rows.add(Map.of("verdict", verdict, "age", 0.25));
            records.add(laneRecord(Sent.account("A-1", "C-1").version(5).set("nickname", "secret"), returned));
        }
        return verdicts.take(rows, new Wave(STATEMENT, records, Duration.ZERO));
    }

    private double ended(String outcome) {
        var counter = meters.find("concordat.changes").tags("entity", "account", "region", "eu", "outcome", outcome).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void everyOutcomeIsCountedAndARepeatedDeliveryIsNot() {
        assertThat(take(false, "applied", "applied", "duplicate", "superseded", "filtered", "parked", "repeated")).isEmpty();
        assertThat(List.of(ended("applied"), ended("duplicate"), ended("superseded"), ended("filtered"), ended("parked"), ended("repeated")))
                .containsExactly(2.0, 1.0, 1.0, 1.0, 1.0, 0.0);
        assertThat(meters.find("concordat.latency").timer().count()).isEqualTo(2);
    }

    @Test
    void aReturnedChangeIsCountedByHowItEndsToo() {
        take(true, "duplicate", "applied", "repeated");
        assertThat(List.of(ended("applied"), ended("duplicate"), ended("repeated"))).containsExactly(1.0, 1.0, 0.0);
        assertThat(meters.find("concordat.changes").tags("returned", "false").counters()).isEmpty();
    }

    @Test
    void aMisfitGoesToQuarantineWithTheBytesAsTheyCame() {
        var breached = take(true, "applied", "account-owner-mismatch");
        assertThat(breached).singleElement().satisfies(each -> {
            assertThat(new String(each.original(), UTF_8)).isEqualTo(Sent.account("A-1", "C-1").version(5)
                    .set("nickname", "secret").json());
            assertThat(each.quarantined()).isEqualTo(new Quarantined("urn:crm:test", "account-A-1-5",
                    "account/A-1", "crm-to-ledger", "account/1.0.0", "account-owner-mismatch", List.of(new Breach(
                            "account-owner-mismatch", "account/1.0.0", "/after/customer", "account-owner-mismatch",
                            "`/after/customer` should name the customer to whom the account belongs in the ledger; it names another")),
                    "crm.changes-0@9", true, "2026-11-22T10:00:00.123Z", "crm.changes-0@4"));
        });
        assertThat(ended("quarantined")).isZero();
    }

    @Test
    void whatQuarantineHasTakenIsCountedByWhatBecameOfIt() {
        verdicts.kept(List.of(kept("ENTERED", false), kept("DUPLICATE", false)));
        verdicts.kept(null);
        assertThat(List.of(ended("quarantined"), ended("duplicate"))).containsExactly(1.0, 1.0);
        assertThat(meters.find("concordat.breaches").tags("direction", "crm-to-ledger", "rule", "schema", "contract", "account/1.0.0").counter().count()).isOne();
    }

    private static Map<String, Object> kept(String fate, boolean returned) {
        return Map.of("fate", fate, "direction", "crm-to-ledger", "subject", "account/A-1", "contract", "account/1.0.0", "rule", "schema", "returned", returned);
    }

    @Test
    void aRefusalOfTheLedgerTellsItsSqlStateAndNoneOfItsWords() {
        var failure = new IllegalStateException(new SQLException("Key (iban)=(DE02) already exists", "23505"));
        var wave = new Wave(STATEMENT, List.of(laneRecord(Sent.account("A-1", "C-1"), false)), Duration.ZERO);
        assertThat(verdicts.refused(wave, failure)).singleElement().satisfies(each -> {
            assertThat(each.quarantined().breaches().get(0).sentence())
                    .isEqualTo("The ledger should be able to store the account and refuses it (SQLSTATE 23505)");
            assertThat(new String(each.quarantined().json(), UTF_8)).doesNotContain("DE02");
        });
    }

    @Test
    void aRefusalOfTheLedgerNamesTheColumnOrConstraint() {
        assertThat(sentence("C23502\0sledger\0taccount\0cbranch\0Mnull value\0DFailing row contains (secret).\0"))
                .isEqualTo("The ledger should be able to store the account and refuses it (SQLSTATE 23502, column ledger.account.branch)");
        assertThat(sentence("C23505\0sledger\0taccount\0naccount_iban_key\0Mduplicate key\0DKey (iban)=(secret) already exists.\0"))
                .isEqualTo("The ledger should be able to store the account and refuses it (SQLSTATE 23505, constraint account_iban_key of ledger.account)");
        assertThat(sentence("CP0001\0Msecret\0Rexec_stmt_raise\0"))
                .isEqualTo("The ledger should be able to store the account and refuses it (SQLSTATE P0001)");
    }

    /** What stands behind a semicolon tells no causes apart. */
    @Test
    void refusalsByOtherColumnsOrConstraintsAreOtherCauses() {
        assertThat(sentence("C23502\0sledger\0taccount\0cbranch\0Mnull value\0")).doesNotContain(";")
                .isNotEqualTo(sentence("C23502\0sledger\0taccount\0ciban\0Mnull value\0"));
    }

    /** @param error as PostgreSQL sends it */
    private String sentence(String error) {
        var failure = new IllegalStateException(new PSQLException(new ServerErrorMessage(error), false));
        var wave = new Wave(STATEMENT, List.of(laneRecord(Sent.account("A-1", "C-1"), false)), Duration.ZERO);
        return verdicts.refused(wave, failure).get(0).quarantined().breaches().get(0).sentence();
    }
}
