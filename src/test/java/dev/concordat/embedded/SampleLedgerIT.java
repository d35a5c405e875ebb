package dev.concordat.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import org.iban4j.CountryCode;
import org.iban4j.Iban;
import org.iban4j.IbanUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleLedgerIT {
    @TempDir
    private static Path data;
    private static EmbeddedParts parts;

    private Database ledger;

    @BeforeAll
    static void start() {
        parts = EmbeddedParts.start(data, EnumSet.of(Part.POSTGRES),
                List.of("ledger_eu", "ledger_uk", "ledger_us", "crm"), line -> { });
    }

    @AfterAll
    static void close() {
        parts.close();
    }

    @BeforeEach
    void open_an_account() throws SQLException {
        ledger = ledger("eu");
        ledger.run("TRUNCATE ledger.customer, ledger.account, ledger.posting",
                "INSERT INTO ledger.customer (id) VALUES ('c1')",
                "INSERT INTO ledger.account (id, customer_id) VALUES ('a1', 'c1')");
    }

    private static Database ledger(String region) {
        return Database.of(parts, "ledger_" + region);
    }

    @ParameterizedTest
    @CsvSource({"eu, EUR, DE", "uk, GBP, GB"})
    void every_account_gets_a_valid_iban_of_its_region(String region, String currency, CountryCode country)
            throws SQLException {
        ledger(region).run("INSERT INTO ledger.customer (id) VALUES ('c2')",
                "INSERT INTO ledger.account (id, customer_id) SELECT 'n' || n, 'c2' FROM generate_series(1, 300) n");

        assertThat(ledger(region).column("SELECT iban FROM ledger.account")).hasSizeGreaterThanOrEqualTo(300)
                .doesNotHaveDuplicates().allSatisfy(iban -> {
                    IbanUtil.validate(iban);
                    assertThat(Iban.valueOf(iban).getCountryCode()).isEqualTo(country);
                });
        assertThat(ledger(region).column("SELECT DISTINCT currency FROM ledger.account")).containsExactly(currency);
    }

    @Test
    void a_region_without_ibans_gives_none() throws SQLException {
        ledger("us").run("INSERT INTO ledger.customer (id) VALUES ('c3')",
                "INSERT INTO ledger.account (id, customer_id) VALUES ('a3', 'c3')");

        assertThat(ledger("us").value("SELECT iban FROM ledger.account")).isNull();
        assertThat(ledger("us").value("SELECT currency FROM ledger.account")).isEqualTo("USD");
    }

    @Test
    void a_transaction_is_booked_once_on_both_sides() throws SQLException {
        assertThat(book("r1", 2500)).isEqualTo("t");
        assertThat(book("r1", 2500)).isEqualTo("f");
        assertThat(book("r2", -700)).isEqualTo("t");

        assertThat(ledger.value("SELECT booked_balance || ' ' || available_balance || ' ' || last_transaction"
                + " FROM ledger.account")).isEqualTo("1800 1800 r2");
        assertThat(ledger.value("SELECT count(*) || ' ' || sum(amount) FROM ledger.posting")).isEqualTo("4 0");
    }

    @ParameterizedTest
    @CsvSource({"postings_blocked = true", "status = 'BLOCKED'", "status = 'CLOSED'"})
    void a_blocked_account_takes_no_posting(String state) throws SQLException {
        ledger.run("UPDATE ledger.account SET " + state);

        assertThatThrownBy(() -> book("r1", 100)).isInstanceOf(SQLException.class)
                .hasMessageContaining("postings on account a1 are blocked");
        assertThat(ledger.column("SELECT reference FROM ledger.posting")).isEmpty();
    }

    @Test
    void an_unknown_account_is_refused() {
        assertThatThrownBy(() -> ledger.value("SELECT ledger.book('r1', 'a9', 1)")).isInstanceOf(SQLException.class)
                .hasMessageContaining("account a9 is not in this ledger");
    }

    @Test
    void the_sample_crm_has_its_tables() throws SQLException {
        assertThat(Database.of(parts, "crm").value("SELECT count(*) FROM crm.record")).isEqualTo("0");
    }

    private String book(String reference, long amount) throws SQLException {
        return ledger.value("SELECT ledger.book('" + reference + "', 'a1', " + amount + ")");
    }
}
