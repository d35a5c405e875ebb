package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Sent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A route with a mistake of somebody's own, which waits, and is mended while the bridge runs. */
class MendedRouteIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String MISTAKE = """
                    - throwException:
                        id: mistake%s
                        exceptionType: java.lang.IllegalStateException
                        message: somebody's mistake
            """;
    @RegisterExtension
    private final Said said = Said.byAnybody();

    @Test
    void whoeverMendsARouteThatWaitsSeesNothingOfTheConsumersThatGo() throws Exception {
        try (var bed = new TestBed()) {
            Path routes = TestBed.copyOfRoutes(bed.folder.resolve("routes"));
            Path admit = routes.resolve("admit.camel.yaml");
            Path apply = routes.resolve("lane/apply.camel.yaml");
            String wholeAdmit = Files.readString(admit);
            String wholeApply = Files.readString(apply);
            String sorts = "        - bean:\n            id: sort-into-waves";
            TestBed.edit(apply, sorts, MISTAKE.formatted("-{{region}}") + sorts);
            // On a machine that is busy with other tests, a consumer may take more than the second that it has to close.
            var settings = bed.settings().with("concordat.routes", routes.toString()).with("camel.main.shutdown-timeout", "120")
                    .with("camel.component.kafka.shutdown-timeout", "15000");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                // What is in breach goes by the lane's topic.
                send(bed, "C-1", 3);
                await().atMost(LONG).until(() -> bridge.waiting().has("apply-eu"));
                Files.writeString(apply, wholeApply);
                await().atMost(LONG).until(() -> bed.accounting().read().of("quarantined") == 1);

                String judges = "        - to:\n            id: judge-batch";
                TestBed.edit(admit, judges, MISTAKE.formatted("") + judges);
                await().atMost(LONG).until(() -> bridge.camel().getProcessor("mistake") != null);
                send(bed, "C-2", 1);
                await().atMost(LONG).until(() -> bridge.waiting().has("admit"));
                Files.writeString(admit, wholeAdmit);
                await().atMost(LONG).until(() -> bed.accounting().read().of("applied") == 1);
                assertThat(said.lines()).noneMatch(line -> line.startsWith("ERROR") || line.contains("nterrupt") || line.contains("Error processing"));
            }
        }
    }

    private static void send(TestBed bed, String id, int major) {
        bed.send("crm.changes", id, new String(Sent.newCustomer(id, "DE").with("dataschema", "urn:concordat:customer:" + major).bytes(),
                StandardCharsets.UTF_8));
    }
}
