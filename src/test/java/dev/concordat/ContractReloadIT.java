package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.sample.Faults;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Contracts edited on disk while changes flow. */
class ContractReloadIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String SALUTATION = """
                - id: salutation
                  name: salutation
                  physicalName: salutation
                  description: How the customer wants to be addressed.
                  logicalType: string
                  logicalTypeOptions: {maxLength: 40}
                  physicalType: text
                  classification: confidential
                  customProperties: [{property: owningSystem, value: crm}, {property: piiCategory, value: name}]
            """.indent(2);

    private static final String SALUTED = """
            {"specversion":"1.0","id":"C-new-1","source":"urn:crm:test","type":"customer.changed","subject":"customer/C-new",
             "dataschema":"urn:concordat:customer:1","partitionkey":"C-new","sequence":"1","time":"2026-11-22T10:00:00Z",
             "data":{"op":"c","after":{"id":"C-new","salutation":"Dame","familyName":"Neu","type":"individual","residency":"DE","status":"active"}}}""";

    @Test
    void aFieldIsAddedInFrontOfOthersAFaultAndABreakAreRefusedAndNothingIsLost() throws Exception {
        var traffic = new Traffic(5, 2_500, Clock.systemUTC());
        try (var bed = new TestBed(Faults.everyday())) {
            Path contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
            Path customer = contracts.resolve("customer/v1.odcs.yaml");
            String first = Files.readString(customer);
            try (var bridge = Bridge.start(bed.settings().with("concordat.contracts", contracts.toString()), Clock.systemUTC());
                    var teller = new Teller(bed.ledgers(), traffic.postings()).start(); var sender = bed.sender()) {
                var sending = TestBed.send(traffic, teller, sender);
                await().atMost(LONG).until(() -> bed.accounting().read().ended() > 300);

                Files.writeString(customer, first.replace("classification: confidential", "classification: secret"));
                await().atMost(LONG).until(() -> refused(bridge) == 1);
                String second = withSalutation(first);
                Files.writeString(customer, second);
                await().atMost(LONG).until(() -> bridge.contracts().refused().split("column \"salutation\" does not exist", -1).length - 1 == bed.ledgers().size());
                execute(bed, "ALTER TABLE ledger.customer ADD COLUMN salutation text");
                await().atMost(LONG).until(() -> refused(bridge) == 0);
                assertThat(bridge.contracts().get().newest("customer").version()).isEqualTo("1.1.0");
                Files.writeString(customer, second.replace("classification: confidential", "classification: restricted"));
                await().atMost(LONG).until(() -> bridge.contracts().refused().contains("make it version 1.2.0"));
                Files.writeString(customer, first);
                await().atMost(LONG).until(() -> bridge.contracts().refused().contains("customer.salutation: is none and was string in force"));
                Files.writeString(customer, second.replace("1.1.0", "1.0.0"));
                await().atMost(LONG).until(() -> bridge.contracts().refused().contains("was 1.1.0 in force; make it version 1.1.0"));
                Files.writeString(customer, second.replace("maxLength: 140", "maxLength: 10").replace("1.1.0", "1.2.0"));
                await().atMost(LONG).until(() -> bridge.contracts().refused().contains("2.0.0"));
                assertThat(bridge.contracts().get().newest("customer").version()).isEqualTo("1.1.0");
                Files.delete(customer);
                await().atMost(LONG).until(() -> bridge.contracts().refused().contains("the contract customer/1.1.0 is gone"));
                assertThat(bridge.contracts().get().newest("customer").version()).isEqualTo("1.1.0");

                bed.send("crm.changes", "C-new", SALUTED);
                await().atMost(LONG).until(() -> "Dame".equals(bed.query("ledger_eu", "SELECT salutation FROM ledger.customer WHERE id = 'C-new'")));
                assertThat(bed.query("ledger_eu", "SELECT contract FROM concordat.inbox WHERE id = 'C-new-1'")).isEqualTo("customer/1.1.0");
                sending.get(20, TimeUnit.MINUTES);
                bed.awaitDrained(sender);
                execute(bed, "DELETE FROM ledger.customer WHERE id = 'C-new'");
                assertThat(bed.differences(traffic)).as("only the one change more").singleElement().asString().startsWith("applied and superseded");
            }
        }
    }

    private static void execute(TestBed bed, String sql) throws Exception {
        for (var ledger : bed.ledgers().values()) {
            try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    private static double refused(Bridge bridge) {
        return bridge.metrics().get("concordat.contracts.refused").gauge().value();
    }

    private static String withSalutation(String contract) {
        String changed = contract.replace("version: 1.0.0", "version: 1.1.0").replaceFirst("      - id: givenName\n", SALUTATION + "      - id: givenName\n");
        assertThat(changed).contains("salutation").contains("1.1.0");
        return changed;
    }
}
