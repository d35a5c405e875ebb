package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Change;
import dev.concordat.change.EachChange;
import dev.concordat.change.Outcome;
import dev.concordat.change.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Admit as it is shipped, up to where it asks the directory, with a step of its own that fails on one change. */
@org.junit.jupiter.api.Timeout(10)
class AdmitRouteTest extends CamelTestSupport {
    private final List<Object> addresses = new ArrayList<>();

    AdmitRouteTest() {
        testConfiguration().withUseAdviceWith(true);
    }

    /** A step that fails on one customer. */
    public static final class Faulty {
        public List<Change> enrichEach(List<Change> batch) {
            return EachChange.of(batch, change -> {
                if (change.id().endsWith("C-2-1")) {
                    throw new IllegalStateException("a value that must not be told");
                }
            });
        }
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        var camel = RouteGround.context(List.of("eu"), Map.of());
        camel.getRegistry().unbind("enrichment");
        camel.getRegistry().bind("enrichment", new Faulty());
        RouteGround.load(camel, "admit");
        return camel;
    }

    @BeforeEach
    void stopBeforeTheDirectory() throws Exception {
        AdviceWith.adviceWith(context, "receive", route -> route.replaceFromWith("direct:batch"));
        AdviceWith.adviceWith(context, "admit", route -> {
            route.weaveById("count-received").replace().to("mock:judged");
            for (String later : List.of("choose-region", "bring-to-ledgers", "forward-left", "note-forwarded", "note-handed-on", "commit-offsets")) {
                route.weaveById(later).remove();
            }
        });
        // It asks the directory once, whether a bridge before this one held.
        AdviceWith.adviceWith(context, "screen", route -> route.weaveById("hold-within-limit").remove());
        AdviceWith.adviceWith(context, "forward", route -> route.weaveById("send-to-lanes").replace().process(exchange -> {
            List<?> records = exchange.getMessage().getBody(List.class);
            // Camel's producer takes the address off each record that it sends.
            records.forEach(each -> addresses.add(((Message) each).removeHeader(KafkaConstants.OVERRIDE_TOPIC)));
            if (addresses.size() == records.size()) {
                throw new TimeoutException("no broker");
            }
        }));
        context.start();
    }

    @Test
    void aBatchThatKafkaDidNotTakeIsAddressedAnewWhenItIsTriedAgain() {
        var change = Sent.newCustomer("C-1", "DE").read();
        change.live("eu");
        change.judgedBy("customer/1.0.0");
        var batch = List.of(change);
        assertThat(template.send("direct:forward", exchange -> exchange.getMessage().setBody(batch)).getException())
                .isInstanceOf(TimeoutException.class);
        assertThat(template.send("direct:forward", exchange -> exchange.getMessage().setBody(batch)).getException()).isNull();
        assertThat(addresses).containsExactly("eu.changes", "eu.changes");
    }

    @Test
    @SuppressWarnings("unchecked")
    void aChangeOnWhichAStepFailsIsSetAsideAndItsNeighboursGoOn() throws InterruptedException {
        var batch = new ArrayList<Exchange>();
        for (String id : List.of("C-1", "C-2", "C-3")) {
            batch.add(Sent.received(Sent.newCustomer(id, "DE").bytes(), Map.of(), batch.size()));
        }
        template.sendBody("direct:batch", batch);
        getMockEndpoint("mock:judged").expectedMessageCount(1);
        MockEndpoint.assertIsSatisfied(context);
        var judged = (List<Change>) getMockEndpoint("mock:judged").getExchanges().get(0).getMessage().getBody(List.class);
        assertThat(judged).extracting(Change::id).containsExactly("customer-C-1-1", "customer-C-2-1", "customer-C-3-1");
        assertThat(judged).extracting(Change::outcome).containsExactly(null, Outcome.QUARANTINED, null);
        assertThat(judged.get(1).breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.rule()).isEqualTo("not-judged");
            assertThat(breach.sentence()).contains("IllegalStateException").doesNotContain("a value that must not be told");
        });
    }
}
