package dev.concordat.ledger;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Notes how many changes of a batch the steps of a route hand on, so that the one can be named that loses some. */
public final class BatchSteps implements InterceptStrategy {
    /** As which the routes name it. */
    private static final String BATCH = "batch";
    /** Of a batch that is watched alone. */
    private static final String SIZES = "concordat.sizes";

    /** How many a step hands on. */
    record Size(String step, int size) {
        @Override
        public String toString() {
            return step + " hands on " + size;
        }
    }

    /** Where a record stands in the topic of its batch. */
    record Place(int partition, long offset) {
        static Place of(Message message) {
            return new Place((Integer) message.getHeader(KafkaConstants.PARTITION), (Long) message.getHeader(KafkaConstants.OFFSET));
        }
    }

    /** Keeps what came, and notes from here on what is handed on of it. */
    static void began(Exchange exchange, List<?> batch) {
        exchange.setProperty(BATCH, batch);
        exchange.setProperty(SIZES, List.of());
    }

    /** The records of the batch; null where there is none. */
    static List<?> records(Exchange exchange) {
        return exchange.getProperty(BATCH) instanceof List<?> batch ? batch : null;
    }

    /** The steps that changed how many there are, since there last were as many as records; null where nothing is noted. */
    @SuppressWarnings("unchecked")
    static List<Size> sizes(Exchange exchange) {
        return (List<Size>) exchange.getProperty(SIZES);
    }

    /** What the exchange has as its body; nothing where that is no list. */
    static List<?> handedOn(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof List<?> list ? list : List.of();
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, Processor next) {
        if (!(step.getParent() instanceof RouteDefinition route)) {
            return target;
        }
        String name = "step [" + step.getId() + "] of route [" + route.getRouteId() + "]";
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                return super.process(exchange, synchronously -> {
                    note(exchange, name);
                    callback.done(synchronously);
                });
            }
        };
    }

    private static void note(Exchange exchange, String step) {
        var before = sizes(exchange);
        var records = before == null || exchange.getException() != null ? null : records(exchange);
        if (records == null) {
            return;
        }
        int size = handedOn(exchange).size();
        if (size == records.size()) {
            exchange.setProperty(SIZES, List.of());
        } else if (before.isEmpty() || before.get(before.size() - 1).size != size) {
            exchange.setProperty(SIZES, Stream.concat(before.stream(), Stream.of(new Size(step, size))).toList());
        }
    }
}
