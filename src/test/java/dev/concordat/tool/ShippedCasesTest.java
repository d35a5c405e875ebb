package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contract.ContractCases;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Finding;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases beside the shipped contracts: one test each. */
class ShippedCasesTest {
    private static final Contracts CONTRACTS = Contracts.read(Path.of("contracts"));

    @TestFactory
    Stream<DynamicContainer> theContractSays() {
        return Stream.of("customer", "account").map(entity -> DynamicContainer.dynamicContainer(entity, tests(entity)));
    }

    private static Stream<DynamicTest> tests(String entity) {
        List<Finding> findings = new ArrayList<>();
        var cases = ContractCases.read(Path.of("contracts", entity, "v1.cases.yaml"), CONTRACTS, findings);
        assertThat(findings).isEmpty();
        assertThat(cases).hasSizeGreaterThan(100);
        var trial = new CaseTrial(CONTRACTS);
        return cases.stream().map(one -> DynamicTest.dynamicTest(one.name(),
                URI.create(one.file().toUri() + "?line=" + one.line()), () -> assertThat(trial.differences(one)).isEmpty()));
    }
}
