package dev.concordat.change;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.component.kafka.KafkaConstants;

/** Reads the receipt of a Kafka record; a header that the bridge could not have written counts as absent. */
final class Receipts {
    /** Topic, by the name of its positions, partition and offset. */
    private static final Pattern POSITION = Pattern.compile("[A-Za-z0-9._-]{1,249}(~[0-9]{1,9})?-[0-9]{1,10}@[0-9]{1,19}");

    private Receipts() {
    }

    /** @param names by which positions in a topic are called, where that is not its own */
    static Receipt of(Map<String, Object> headers, Map<String, String> names) {
        String first = first(text(headers.get(ChangeReader.FIRST)));
        String topic = (String) headers.get(KafkaConstants.TOPIC);
        return new Receipt(names.getOrDefault(topic, topic), (Integer) headers.get(KafkaConstants.PARTITION),
                (Long) headers.get(KafkaConstants.OFFSET), headers.containsKey(ChangeReader.RETURNED), first,
                identity(text(headers.get(ChangeReader.IDENTITY))),
                first != null && ReturnRecords.JUDGE_AGAIN.equals(text(headers.get(ChangeReader.RETURNED))));
    }

    private static String first(String text) {
        return text != null && POSITION.matcher(text).matches() ? text : null;
    }

    private static String identity(String text) {
        return text != null && EnvelopeReader.isIdentity(text) ? text : null;
    }

    /** What a header says; null where there is none. */
    static String text(Object header) {
        return header instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : header == null ? null : header.toString();
    }
}
