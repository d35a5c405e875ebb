package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;

/** A bridge that runs with an older contract beside one with a newer one, as where a roll-out has not come to it yet, or it refuses the file. */
class OlderBridgeIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String NICKNAME = """
                  - id: nickname
                    name: nickname
                    physicalName: nickname
                    description: How friends address the customer.
                    logicalType: string
                    logicalTypeOptions: {maxLength: 40}
                    physicalType: text
                    classification: confidential
                    customProperties: [{property: owningSystem, value: crm}, {property: piiCategory, value: name}]
            """;
    private static final String NOTED = "SELECT count(*) FROM pg_proc WHERE proname = 'note_changed_customer' AND prosrc LIKE '%risk_class%'";
    private static final String CREATED = """
            {"specversion":"1.0","id":"%1$s-1","source":"urn:crm:test","type":"customer.changed","subject":"customer/%1$s",
             "dataschema":"urn:concordat:customer:1","partitionkey":"%1$s","sequence":"1","time":"2026-11-22T10:00:00Z",
             "data":{"op":"c","after":{"id":"%1$s","nickname":"Nick","familyName":"Neu","type":"individual","residency":"DE","status":"active"}}}""";
    private static final int CUSTOMERS = 60;

    private static boolean runs(Bridge bridge, String route) {
        CamelContext camel = bridge.camel();
        return camel.getRouteController().getRouteStatus(route).isStarted();
    }

    private static Settings member(TestBed bed, Path contracts) {
        return bed.settings().with("concordat.contracts", contracts.toString()).with("concordat.webhook.port", Integer.toString(FreePort.any()))
                .with("concordat.management.port", Integer.toString(FreePort.any()));
    }

    private static void create(TestBed bed, String prefix) {
        for (int i = 0; i < CUSTOMERS; i++) {
            bed.send("crm.changes", prefix + i, CREATED.formatted(prefix + i));
        }
    }

    private static long written(TestBed bed, String condition) throws Exception {
        return Long.parseLong(bed.query("ledger_eu", "SELECT count(*) FROM ledger.customer WHERE " + condition));
    }

    @Test
    void itTakesNoChangesAndAllOfThemOnceNobodyHasANewerOne() throws Exception {
        try (var bed = new TestBed()) {
            Path newer = TestBed.copyOfContracts(bed.folder.resolve("newer"));
            Path customer = newer.resolve("customer/v1.odcs.yaml");
            Files.writeString(customer, Files.readString(customer).replace("version: 1.0.0", "version: 1.1.0")
                    .replaceFirst("      - id: openedOn\n", NICKNAME + ContractReloadGroupIT.RISK_CLASS + "      - id: openedOn\n"));
            var behind = member(bed, TestBed.copyOfContracts(bed.folder.resolve("older")));
            var first = Bridge.start(behind, Clock.systemUTC());
            var older = first;
            try {
                assertThat(runs(older, "receive")).isTrue();
                for (var ledger : bed.ledgers().values()) {
                    TestPostgres.run(ledger, "ALTER TABLE ledger.customer ADD COLUMN nickname text, ADD COLUMN risk_class text");
                }
                Process ahead = bed.bridgeProcess(member(bed, newer));
                try {
                    await().atMost(LONG).until(() -> Stream.of("receive", "admit", "apply-eu", "export-us", "audit").noneMatch(route -> runs(first, route)));
                    assertThat(runs(older, "keep-eu")).isTrue();
                    older.close();
                    older = Bridge.start(behind, Clock.systemUTC());
                    assertThat(runs(older, "receive")).as("yields from its start on").isFalse();
                    assertThat(bed.query("ledger_eu", NOTED)).as("the CRM is told what the newer one knows").isEqualTo("1");
                    create(bed, "C-a-");
                    await().atMost(LONG).until(() -> written(bed, "id LIKE 'C-a-%'") == CUSTOMERS);
                    assertThat(written(bed, "nickname = 'Nick'")).isEqualTo(CUSTOMERS);
                } finally {
                    ahead.destroy();
                    ahead.waitFor();
                }
                create(bed, "C-b-");
                await().atMost(LONG).until(() -> written(bed, "id LIKE 'C-b-%'") == CUSTOMERS);
                assertThat(runs(older, "receive")).isTrue();
                await().atMost(LONG).until(() -> "0".equals(bed.query("ledger_eu", NOTED)));
                assertThat(written(bed, "nickname = 'Nick'")).as("it does not know the field").isEqualTo(CUSTOMERS);
            } finally {
                older.close();
            }
        }
    }
}
