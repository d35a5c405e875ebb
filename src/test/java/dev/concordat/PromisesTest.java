package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.audit.AuditPlan.Targets;
import dev.concordat.contract.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromisesTest {
    private static final String LATENCY = "    value: 30\n    valueExt: 99.5\n    unit: s\n";
    private static final String COMPLIANCE = "    value: 0.5\n    unit: percent\n";
    @TempDir
    private Path folder;

    @Test
    void areThoseOfTheShippedContracts() {
        var contracts = Contracts.read(Path.of("contracts"));
        assertThat(Promises.of(contracts)).isEqualTo(new Targets(0.995, Duration.ofSeconds(30), 0.995, 0.001));
        assertThat(Promises.objections(contracts)).isEmpty();
    }

    @Test
    void haveAUnit() throws IOException {
        String minute = "    value: 1.5\n    valueExt: 99\n    unit: min\n";
        var contracts = contracts(minute, minute);
        assertThat(Promises.of(contracts).latency()).isEqualTo(Duration.ofSeconds(90));
        assertThat(Promises.of(contracts).latencyPercentile()).isEqualTo(0.99);
        assertThat(Promises.objections(contracts)).isEmpty();
    }

    /** What is just not kept would be otherwise, by the last digit of a double. */
    @Test
    void areAsExactAsTheyAreWritten() throws IOException {
        var contracts = contracts(LATENCY, LATENCY, "    value: 0.272\n    unit: percent\n");
        assertThat(Promises.of(contracts).compliance()).isEqualTo(0.99728);
        assertThat(Promises.objections(contracts)).isEmpty();
    }

    @Test
    void thatNoAuditCouldMeasureAreToldAllAtOnce() throws IOException {
        assertThat(Promises.objections(contracts("    value: 30\n    valueExt: 100\n    unit: s\n", "    value: 2\n    unit: fortnights\n"))).containsExactly(
                "customer/1.0.0 promises what no audit can measure: The audit's plan: 'latencyPercentile' is [1.0], a share between 0 and 1 is right.",
                "account/1.0.0 promises what no audit can measure: The unit of latency is [fortnights], ms, s, min or h is right.");
        assertThat(Promises.objections(contracts(LATENCY, "    value: 20\n    valueExt: 99.5\n    unit: s\n"))).containsExactly(
                "account/1.0.0 promises another latency or errorRate than the contract of customers; an audit measures the changes of all entities "
                        + "together: promise the same");
    }

    private Contracts contracts(String ofCustomers, String ofAccounts) throws IOException {
        return contracts(ofCustomers, ofAccounts, COMPLIANCE);
    }

    private Contracts contracts(String ofCustomers, String ofAccounts, String compliance) throws IOException {
        copy("customer", ofCustomers, compliance);
        copy("account", ofAccounts, compliance);
        return Contracts.read(folder);
    }

    private void copy(String entity, String latency, String compliance) throws IOException {
        String shipped = Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"));
        assertThat(shipped).contains(LATENCY, COMPLIANCE);
        Files.writeString(Files.createDirectories(folder.resolve(entity)).resolve("v1.odcs.yaml"), shipped.replace(LATENCY, latency)
                .replace(COMPLIANCE, compliance));
    }
}
