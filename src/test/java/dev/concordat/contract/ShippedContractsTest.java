package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShippedContractsTest {
    private final Contracts contracts = Contracts.read(Path.of("contracts"));

    @Test
    void theCustomerSaysWhoOwnsWhichField() {
        Contract customer = contracts.newest("customer");

        assertThat(customer.key().name()).isEqualTo("id");
        assertThat(customer.table()).isEqualTo("ledger.customer");
        assertThat(customer.ownedBy(Owner.CRM)).extracting(Field::name).containsExactly("givenName", "familyName",
                "type", "segment", "email", "phone", "address", "residency", "status", "dateOfBirth", "taxId",
                "consent");
        assertThat(customer.ownedBy(Owner.LEDGER)).extracting(Field::column).containsExactly("customer_number",
                "credit_limit", "exposure", "postings_blocked", "opened_on");
        assertThat(customer.field("postingsBlocked").orElseThrow().foreignChange())
                .isEqualTo(ForeignChange.QUARANTINE);
        assertThat(customer.field("phone").orElseThrow().foreignChange()).isEqualTo(ForeignChange.FILTER);
        assertThat(customer.field("taxId").orElseThrow().residency()).isEqualTo(Residency.BLOCK);
        assertThat(customer.parent()).isEmpty();
    }

    @Test
    void theAccountHangsOnItsCustomer() {
        assertThat(contracts.find("account", 1).orElseThrow().parent())
                .contains(new Parent("customer", "customer_id", "customer"));
        assertThat(contracts.find("account", 2)).isEmpty();
    }

    @Test
    void theStatusOfACustomerBlocksPostings() {
        assertThat(contracts.newest("customer").statusAlignment()).contains(new StatusAlignment("status",
                List.of("suspended", "closed", "deceased"), List.of("closed"), "account", "postings_blocked",
                "booked_balance"));
    }

    @Test
    void theAuditFindsItsRulesAndPromises() {
        Contract account = contracts.newest("account");

        assertThat(account.rules()).extracting(Rule::kind).containsExactly(
                Rule.ORPHAN, Rule.ACCOUNT_OWNER_MISMATCH, Rule.SQL, Rule.SQL);
        Rule balance = account.rules().get(2);
        assertThat(balance.query().orElseThrow()).startsWith("SELECT count(*) FROM ledger.account");
        assertThat(balance.expected().orElseThrow().holds(BigDecimal.ZERO)).isTrue();
        assertThat(balance.expected().orElseThrow().holds(BigDecimal.ONE)).isFalse();
        assertThat(account.slas()).extracting(sla -> sla.property() + " " + sla.value() + " " + sla.unit())
                .containsExactly("latency 30 s", "errorRate 0.5 percent", "errorRate 0.1 percent");
        assertThat(account.slas().get(0).percentile()).contains(new BigDecimal("99.5"));
    }
}
