package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import dev.concordat.residency.Intake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeldIntakeIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MANY = 600;

    @Test
    void whenNearlyAllChangesAreInBreachTheyWaitAndGoOnByThemselvesOrByAnOperator() throws Exception {
        try (var bed = new TestBed()) {
            Path contracts = TestBed.copyOfContracts(bed.folder.resolve("contracts"));
            var settings = bed.settings().with("concordat.contracts", contracts.toString()).with("concordat.breach.trial", "300")
                    .with("concordat.breach.least", "1");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                var intake = new Intake(bridge.directory());
                send(bed, "early", 2, MANY);
                await().atMost(LONG).until(intake::isHeld);
                await().atMost(LONG).until(() -> bridge.metrics().get("concordat.intake.held").gauge().value() == 1);
                assertThat(bed.accounting().read().received()).as("held changes are not received yet").isZero();

                // The CRM was earlier than the contract: once that is there, a trial passes.
                Files.writeString(contracts.resolve("customer/v2.odcs.yaml"), Files.readString(contracts.resolve("customer/v1.odcs.yaml"))
                        .replace("version: 1.0.0", "version: 2.0.0")
                        .replace("      - {property: onDelete,", "      - {property: liftFrom, value: [{major: 1}]}\n      - {property: onDelete,"));
                await().atMost(LONG).until(() -> bed.accounting().read().of("applied") == MANY);
                assertThat(intake.isHeld()).isFalse();
                assertThat(intake.show()).contains("went on by itself");
                assertThat(bed.accounting().read().of("quarantined")).isZero();

                // More than went on just before, which the share is taken of too.
                send(bed, "never", 3, 2 * MANY);
                await().atMost(LONG).until(intake::isHeld);
                assertThat(intake.resume()).startsWith("what is held goes on");
                await().atMost(LONG).until(() -> bed.accounting().read().of("quarantined") == 2 * MANY);
                assertThat(bed.accounting().read().inFlight()).isZero();
            }
        }
    }

    private static void send(TestBed bed, String name, int major, int count) {
        for (int i = 0; i < count; i++) {
            String id = "C-" + name + "-" + i;
            bed.send("crm.changes", id, new String(Sent.newCustomer(id, "DE").with("dataschema", "urn:concordat:customer:" + major).bytes(),
                    StandardCharsets.UTF_8));
        }
    }
}
