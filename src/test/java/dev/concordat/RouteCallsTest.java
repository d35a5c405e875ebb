package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen of how routes call each other. */
class RouteCallsTest {
    private static RouteCalls calls(String from, String... steps) {
        return RouteText.of("a.camel.yaml",
                "- route:\n    from:\n      " + from + "\n      steps:\n        - " + String.join("\n        - ", steps) + "\n").calls();
    }

    @ParameterizedTest
    @ValueSource(strings = {"to: direct:x", "to: 'direct://x?timeout=1'", "to: {uri: 'direct:x', parameters: {timeout: 1}}",
            "to: {uri: direct, parameters: {name: x}}", "toD: {uri: 'direct:x'}", "wireTap: {uri: 'direct:x'}", "enrich: {constant: 'direct:x'}",
            "enrich: {expression: {constant: {expression: 'direct:x'}}}", "enrich: {expression: {simple: 'direct:x'}}",
            "split: {simple: '${body}', steps: [{choice: {when: [{simple: '${body}', steps: [{to: 'direct:x'}]}]}}]}"})
    void aStepThatSendsIsSeenHoweverItIsWritten(String step) {
        assertThat(calls("uri: kafka:y", step).sent()).extracting(RouteCalls.Call::to).containsExactly("direct:x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"toD: {uri: 'direct:x-${body}'}", "to: 'direct:{{x}}'", "to: kafka:x", "enrich: {simple: 'direct:${header.x}'}", "to: {uri: log}"})
    void whatIsKnownOnlyWhileItRunsOrGoesElsewhereIsLeftAlone(String step) {
        assertThat(calls("uri: kafka:y", step).sent()).isEmpty();
    }

    @Test
    void aRouteTakesAtItsBeginningAndByASingleStep() {
        assertThat(calls("uri: direct\n      parameters: {name: x}", "pollEnrich: {constant: 'seda:y?timeout=1'}").taken())
                .containsExactlyInAnyOrder("direct:x", "seda:y");
    }

    @Test
    void aSettingMayBeAnything() {
        assertThat(RouteCalls.reaches(List.of("direct:{{x}}-y"), "direct:z-y")).isTrue();
        assertThat(RouteCalls.reaches(List.of("direct:{{x}}-y"), "direct:z-z")).isFalse();
    }
}
