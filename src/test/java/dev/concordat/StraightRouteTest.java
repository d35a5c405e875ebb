package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Change;
import dev.concordat.change.Sent;
import dev.concordat.ledger.Straight;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Route {@code straight} as it is shipped, with ledgers that take a part, fail or hang. */
@Timeout(300)
class StraightRouteTest {
    private final CountDownLatch hanging = new CountDownLatch(1);

    private CamelContext camel(String patience) throws Exception {
        var camel = RouteGround.context(List.of("eu", "uk", "us"), Map.of("concordat.ledger.patience", patience));
        RouteGround.load(camel, "admit");
        AdviceWith.adviceWith(camel, "receive", route -> route.replaceFromWith("direct:unused"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:straight-eu").errorHandler(noErrorHandler()).bean("straight", "written(${exchangeProperty.part})");
                from("direct:straight-uk").errorHandler(noErrorHandler()).throwException(new IllegalStateException("refused"));
                from("direct:straight-us").errorHandler(noErrorHandler()).process(exchange -> hanging.await());
            }
        });
        camel.start();
        return camel;
    }

    private static Change change(String id, String region, long offset) {
        Change change = Sent.newCustomer(id, "DE").at(offset).read();
        change.judgedBy("customer/1.0.0");
        change.live(region);
        return change;
    }

    @SuppressWarnings("unchecked")
    private static List<Change> left(ProducerTemplate template, List<Change> batch) {
        return template.request("direct:straight", exchange -> {
            exchange.setProperty("placed", batch);
            exchange.setProperty("seen", Map.of());
        }).getMessage().getBody(List.class);
    }

    @Test
    void whatOneLedgerRefusesIsLeftAndTheOthersHaveTheirs() throws Exception {
        try (var camel = camel("60000"); var template = camel.createProducerTemplate()) {
            var batch = List.of(change("C-1", "eu", 1), change("C-2", "uk", 2), change("C-3", "eu", 3));
            assertThat(left(template, batch)).containsExactly(batch.get(1));
        }
    }

    @Test
    void aLedgerThatHangsIsWaitedForNoLongerThanItsTime() throws Exception {
        try (var camel = camel("1"); var template = camel.createProducerTemplate()) {
            var batch = List.of(change("C-1", "us", 1));
            try {
                assertThat(left(template, batch)).isEqualTo(batch);
                var straight = camel.getRegistry().lookupByNameAndType("straight", Straight.class);
                assertThat(straight.sort(batch, straight.seen()).parts()).isEmpty();
            } finally {
                hanging.countDown();
            }
        }
    }
}
