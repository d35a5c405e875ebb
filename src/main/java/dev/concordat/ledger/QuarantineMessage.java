package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One message of the queue {@code <region>.quarantine}: changes in breach that one statement keeps, none of them twice. A message for
 * each change would cost the broker and the ledger a write to disk each.
 */
public record QuarantineMessage(List<Breached> breached) {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final int MOST = 500;
    private static final int LARGEST_BYTES = 1 << 20;
    private static final int A_BREACH_BYTES = 256;

    private record Identity(String source, String id) {
    }

    /** As many messages as it takes, in the order of the changes; a change larger than a message has one to itself. */
    public static List<QuarantineMessage> of(List<Breached> breached) {
        var messages = new ArrayList<QuarantineMessage>();
        List<Breached> together = new ArrayList<>();
        Set<Identity> identities = new HashSet<>();
        int bytes = 0;
        for (Breached each : breached) {
            var identity = new Identity(each.quarantined().source(), each.quarantined().id());
            int further = each.original().length + each.quarantined().breaches().size() * A_BREACH_BYTES;
            boolean full = together.size() == MOST || bytes + further > LARGEST_BYTES || identities.contains(identity);
            if (full && !together.isEmpty()) {
                messages.add(new QuarantineMessage(together));
                together = new ArrayList<>();
                identities.clear();
                bytes = 0;
            }
            together.add(each);
            identities.add(identity);
            bytes += further;
        }
        if (!together.isEmpty()) {
            messages.add(new QuarantineMessage(together));
        }
        return messages;
    }

    /**
     * A JSON array of {@link Quarantined}, each with its {@code original} in Base64. Put together from texts: Jackson's trees, and its
     * writers and readers of characters, would have to be compiled for this alone.
     */
    public String json() {
        return breached.stream().map(QuarantineMessage::json).collect(joining(",", "[", "]"));
    }

    private static String json(Breached each) {
        String object = new String(each.quarantined().json(), UTF_8);
        return object.substring(0, object.length() - 1) + ",\"original\":\"" + BASE64.encodeToString(each.original()) + "\"}";
    }
}
