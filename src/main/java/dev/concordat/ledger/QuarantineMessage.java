package dev.concordat.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.BridgeException;
import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One message of the queue {@code <region>.quarantine}: changes in breach that one statement keeps, none of them twice. A message for
 * each change would cost the broker and the ledger a write to disk each.
 */
public record QuarantineMessage(List<Breached> breached) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
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

    /** An array of {@link Quarantined}, each with its {@code original} in Base64. */
    public String json() {
        var array = JSON.createArrayNode();
        breached.forEach(each -> array.add(JSON.<ObjectNode>valueToTree(each.quarantined()).put("original", each.original())));
        try {
            return JSON.writeValueAsString(array);
        } catch (JsonProcessingException e) {
            throw new BridgeException("quarantined changes could not be described", e);
        }
    }
}
