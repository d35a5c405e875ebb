package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import dev.concordat.contract.ShippedContracts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitIT {
    @Test
    void columnsThatLetNoRowBeWrittenOrHoldOtherValuesAreAllNamedAtOnce() throws Exception {
        try (var ledger = new LedgerGround()) {
            ledger.run("""
                    ALTER TABLE ledger.customer ADD branch text NOT NULL DEFAULT '1', ADD desk text NOT NULL DEFAULT '1',
                      ADD number bigint NOT NULL GENERATED ALWAYS AS IDENTITY, ALTER date_of_birth TYPE timestamptz;
                    ALTER TABLE ledger.customer ALTER branch DROP DEFAULT;
                    ALTER TABLE ledger.account ALTER available_balance TYPE text""");
            assertThatThrownBy(() -> Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, ledger.statements.demands())).isInstanceOf(BridgeException.class)
                    .hasMessage("the ledger of region 'eu' at " + LedgerGround.ADDRESS + " cannot be prepared: "
                            + "ledger.customer.date_of_birth should be date, as customer/1.0.0 says; it is timestamp with time zone; "
                            + "ledger.customer.branch should allow null or have a default: it is NOT NULL, and no change of the CRM sets it; "
                            + "ledger.account.available_balance should be bigint, as account/1.0.0 says; it is text; "
                            + "it should have what the contracts name, which `contract show FILE --sql` says, and the bridge rights to write it");
        }
    }

    @Test
    void columnsThatDoNotTakeAllThatTheContractAllowsAreToldAndTheBridgeStarts() throws Exception {
        try (var ledger = new LedgerGround()) {
            assertThat(Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, ledger.statements.demands())).as("the sample ledger").isEmpty();
            ledger.run("""
                    CREATE DOMAIN label AS varchar(50);
                    ALTER TABLE ledger.customer ALTER email TYPE varchar(30), ALTER phone TYPE varchar(16), ALTER given_name TYPE public.label,
                      ALTER segment SET NOT NULL, ALTER family_name SET NOT NULL;
                    ALTER TABLE ledger.account ALTER nickname TYPE varchar(5), ALTER booked_balance TYPE numeric(12,2), ALTER opening_balance TYPE numeric,
                      ADD branch text NOT NULL""");
            assertThat(Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, ledger.statements.demands())).containsExactly(
                    "ledger.customer.given_name is label, and customer/1.0.0 allows 100 characters: what has more than 50 ends in quarantine",
                    "ledger.customer.segment should allow null: it is NOT NULL, and who is new without it ends in quarantine",
                    "ledger.customer.email is character varying(30), and customer/1.0.0 allows 254 characters: what has more than 30 ends in quarantine",
                    "ledger.account.nickname is character varying(5), and account/1.0.0 allows 80 characters: what has more than 5 ends in quarantine",
                    "ledger.account.booked_balance is numeric(12,2), and account/1.0.0 wants whole numbers: others are not told to the CRM",
                    "ledger.account.branch should allow null or have a default: it is NOT NULL, and no change of the CRM sets it; "
                            + "unless a trigger of the table does, all that is written there ends in quarantine");
        }
    }

    @Test
    void numbersThatTheCrmSetsAreLookedAtToo(@TempDir Path folder) throws Exception {
        try (var ledger = new LedgerGround()) {
            ledger.run("ALTER TABLE ledger.customer ADD score integer, ADD limit_1 numeric(12,2), ADD limit_2 numeric(12,2), ADD limit_3 numeric(4,2)");
            var contracts = ShippedContracts.withCustomerFields(folder, """
                          - {id: score, name: score, physicalName: score, logicalType: integer, classification: internal,
                             customProperties: [{property: owningSystem, value: crm}]}
                          - {id: limit1, name: limit1, physicalName: limit_1, logicalType: number, classification: internal,
                             customProperties: [{property: owningSystem, value: crm}]}
                          - {id: limit2, name: limit2, physicalName: limit_2, logicalType: number, logicalTypeOptions: {multipleOf: 0.01, maximum: 1000},
                             classification: internal, customProperties: [{property: owningSystem, value: crm}]}
                          - {id: limit3, name: limit3, physicalName: limit_3, logicalType: number, logicalTypeOptions: {multipleOf: 0.01, maximum: 1000},
                             classification: internal, customProperties: [{property: owningSystem, value: crm}]}
                    """);
            assertThat(Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, Statements.of(contracts).demands())).containsExactly(
                    "ledger.customer.score is integer, and customer/1.0.0 allows numbers up to 9223372036854775807: "
                            + "what is above 2147483647 ends in quarantine",
                    "ledger.customer.limit_1 is numeric(12,2), and customer/1.0.0 allows more decimals: they are rounded away",
                    "ledger.customer.limit_3 is numeric(4,2), and customer/1.0.0 allows numbers up to 1000: what is above 99 ends in quarantine");
        }
    }

    /** The ledger's own programs would be the first to meet it, in the trigger. */
    @Test
    void aColumnThatCannotBeComparedIsFoundAtTheStart(@TempDir Path folder) throws Exception {
        try (var ledger = new LedgerGround()) {
            ledger.run("ALTER TABLE ledger.customer ADD limits json");
            var contracts = ShippedContracts.withCustomerFields(folder, """
                          - {id: limits, name: limits, physicalName: limits, logicalType: object, physicalType: json, classification: confidential,
                             properties: [{id: day, name: day, logicalType: integer, classification: confidential}],
                             customProperties: [{property: owningSystem, value: ledger}]}
                    """);
            assertThatThrownBy(() -> Ledgers.prepare(ledger.database(), LedgerGround.ADDRESS, Statements.of(contracts).demands()))
                    .isInstanceOf(BridgeException.class).hasMessageContaining("cannot be prepared: ledger.customer.limits (jsonb): ERROR: ");
            ledger.run("ALTER TABLE ledger.customer ALTER limits TYPE jsonb");
            ledger.run("UPDATE ledger.customer SET limits = '{}'");
        }
    }
}
