package dev.concordat.change;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;

/** Writes changes that the bridge sends through the front door again as the records of the intake: many at once, because one costs as much. */
public final class ReturnRecords {
    static final String JUDGE_AGAIN = "judge-again";

    /** A change as it came. */
    public interface Returned {
        byte[] original();

        /** Where it was received first. */
        String receipt();

        /** Whether that delivery has ended, so that the change comes as a further one. */
        default boolean returned() {
            return true;
        }
    }

    /**
     * Parked changes whose customer has come, and changes of a lane that were judged by an older major than is in force by now; a delivery that has
     * not ended stays the one that it is.
     */
    public List<Message> write(List<? extends Returned> returned, Exchange exchange) {
        return returned.stream().map(each -> message(each.original(), each.receipt(), each.returned() ? "resume" : JUDGE_AGAIN, exchange)).toList();
    }

    /**
     * Quarantined changes that an operator replays.
     *
     * @param claimed rows with {@code original}, {@code receipt} and {@code id}, by which the change is known where its bytes do not tell
     * @param region  where they were kept; what names nobody stays there
     */
    public List<Message> replayed(List<Map<String, Object>> claimed, String region, Exchange exchange) {
        var messages = new ArrayList<Message>(claimed.size());
        for (var each : claimed) {
            var message = message((byte[]) each.get("original"), (String) each.get("receipt"), "replay", exchange);
            message.setHeader(ChangeReader.IDENTITY, each.get("id"));
            message.setHeader(ChangeReader.KEPT_IN, region);
            messages.add(message);
        }
        return messages;
    }

    /** The numbers of claimed rows, as PostgreSQL writes an array. */
    public String numbers(List<Map<String, Object>> claimed) {
        return claimed.stream().map(each -> each.get("number").toString()).collect(joining(",", "{", "}"));
    }

    private static Message message(byte[] original, String receipt, String why, Exchange exchange) {
        var message = new DefaultMessage(exchange.getContext());
        message.setBody(original);
        message.setHeader(KafkaConstants.KEY, ChangeReader.key(original));
        message.setHeader(ChangeReader.FIRST, receipt);
        message.setHeader(ChangeReader.RETURNED, why);
        return message;
    }
}
