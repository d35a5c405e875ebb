package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.change.Change;
import dev.concordat.change.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Admit as it is shipped, up to its ledgers, with a step of somebody's own among those that judge, and one among those that place. */
class OwnStepsTest extends CamelTestSupport {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private volatile UnaryOperator<Object> whileJudged = body -> body;
    private volatile UnaryOperator<Object> whilePlaced = body -> body;

    OwnStepsTest() {
        testConfiguration().withUseAdviceWith(true);
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        var camel = RouteGround.context(List.of("eu"), Map.of());
        RouteGround.load(camel, "admit");
        return camel;
    }

    @BeforeEach
    void takeStepsIn() throws Exception {
        AdviceWith.adviceWith(context, "receive", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "judge", route ->
                route.weaveById("check-contract").before().process(exchange -> own(exchange, whileJudged)).id("own"));
        AdviceWith.adviceWith(context, "screen", route -> route.weaveById("hold-within-limit").remove());
        AdviceWith.adviceWith(context, "admit", route -> {
            route.weaveById("count-received").remove();
            route.weaveById("choose-region").replace().process(exchange -> own(exchange, whilePlaced)).id("choose");
            route.weaveById("bring-to-ledgers").replace().to("mock:whole");
            for (String later : List.of("forward-left", "note-forwarded", "note-handed-on", "commit-offsets")) {
                route.weaveById(later).remove();
            }
        });
        context.start();
    }

    private static void own(Exchange exchange, UnaryOperator<Object> step) {
        exchange.getMessage().setBody(step.apply(exchange.getMessage().getBody()));
    }

    @SuppressWarnings("unchecked")
    private static UnaryOperator<Object> ofList(UnaryOperator<List<Change>> step) {
        return body -> step.apply(new ArrayList<>((List<Change>) body));
    }

    private void send() {
        var batch = new ArrayList<Exchange>();
        for (String id : List.of("C-1", "C-2", "C-3")) {
            batch.add(Sent.received(Sent.newCustomer(id, "DE").bytes(), Map.of(), batch.size()));
        }
        template.sendBody("direct:batch", batch);
    }

    private void waits(String... words) {
        var waiting = context.getRegistry().lookupByNameAndType("waiting", Waiting.class);
        await().atMost(LONGEST).until(() -> !waiting.all().isEmpty() || !whole().getExchanges().isEmpty());
        assertThat(waiting.all()).singleElement().satisfies(wait -> assertThat(wait.cause()).contains(words));
        assertThat(whole().getExchanges()).isEmpty();
    }

    private MockEndpoint whole() {
        return getMockEndpoint("mock:whole");
    }

    private void goesOn() throws InterruptedException {
        whole().expectedMessageCount(1);
        whole().setResultWaitTime(LONGEST.toMillis());
        whole().assertIsSatisfied();
        assertThat(whole().getExchanges().get(0).getMessage().getBody(List.class)).hasSize(3).doesNotHaveDuplicates();
    }

    static Stream<Arguments> faulty() {
        return Stream.of(Arguments.of(ofList(batch -> batch.subList(0, 1)), "hands on 1;", "lacks 2: "),
                Arguments.of((UnaryOperator<Object>) body -> List.of(), "hands on 0;", "lacks 3: "),
                Arguments.of(ofList(batch -> Stream.concat(batch.stream(), batch.stream().limit(1)).toList()), "hands on 4;",
                        "has 1 too many: "));
    }

    /** Nothing of the batch has an ending until the step is mended, then everything has one. */
    @ParameterizedTest
    @MethodSource("faulty")
    void aBatchWaitsWhileAStepDoesNotHandOnEachChangeOnce(UnaryOperator<Object> step, String size, String found) throws InterruptedException {
        whileJudged = step;
        send();
        waits("step [own] of route [judge] " + size, "a batch of 3 changes " + found);
        whileJudged = body -> body;
        goesOn();
    }

    @Test
    void aStepThatTakesOneChangeForAnotherIsFoundToo() throws InterruptedException {
        whileJudged = ofList(batch -> List.of(batch.get(0), batch.get(0), batch.get(2)));
        send();
        waits("lacks 1 and has 1 too many: a step hands on one in place of another;");
        whileJudged = body -> body;
        goesOn();
    }

    @Test
    void aStepAfterThoseThatJudgeIsFoundToo() {
        whilePlaced = ofList(batch -> batch.subList(1, 3));
        send();
        waits("step [choose] of route [admit] hands on 2;", "a batch of 3 changes lacks 1: ");
    }

    @Test
    void aStepMayChangeTheOrder() throws InterruptedException {
        whileJudged = ofList(batch -> {
            Collections.reverse(batch);
            return batch;
        });
        send();
        goesOn();
    }
}
