package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.change.Quarantined;
import dev.concordat.change.UtcTime;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What speaks against a text being what {@link QuarantineMessage#json} writes: the first thing, where it is and what would be right; none of its values. */
final class MessageCheck {
    /** A change of the ledger's own may be of any size. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final List<String> TEXTS = List.of("source", "id", "direction", "contract", "rule", "receipt", "original");
    private static final List<String> TEXTS_OF_A_BREACH = List.of("rule", "contract", "pointer", "keyword", "sentence");

    private static final Base64.Decoder BASE64 = Base64.getDecoder();

    private MessageCheck() {
    }

    private record Identity(String source, String id) {
    }

    /** Null where nothing speaks against it. */
    static String objection(String text) {
        JsonNode changes;
        try {
            changes = JSON.readTree(text.getBytes(UTF_8));
        } catch (IOException e) {
            return "it should be JSON";
        }
        if (!changes.isArray() || changes.isEmpty()) {
            return "it should be a JSON array of changes";
        }
        Set<Identity> identities = new HashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            var change = changes.get(i);
            String objection = toChange(change);
            // Of what the CRM refused one is kept for each entity, whatever its id.
            String identity = objection == null && change.get("direction").asText().equals(Quarantined.LEDGER_TO_CRM) ? "subject" : "id";
            if (objection == null && !identities.add(new Identity(change.get("source").asText(), change.get(identity).asText()))) {
                objection = "`source` and `" + identity + "` should be those of no other change of the message";
            }
            if (objection != null) {
                return "change " + (i + 1) + " of " + changes.size() + ": " + objection;
            }
        }
        return null;
    }

    private static String toChange(JsonNode change) {
        String notText = notText(change, TEXTS);
        if (notText != null) {
            return notText;
        }
        String direction = change.get("direction").asText();
        if (!direction.equals(Quarantined.CRM_TO_LEDGER) && !direction.equals(Quarantined.LEDGER_TO_CRM)) {
            return "`direction` should be " + Quarantined.CRM_TO_LEDGER + " or " + Quarantined.LEDGER_TO_CRM;
        }
        if (!change.path("returned").isBoolean()) {
            return "`returned` should be true or false";
        }
        // What could not be read of the CRM has no subject.
        if (change.hasNonNull("subject") ? !isSubject(change.get("subject")) : direction.equals(Quarantined.LEDGER_TO_CRM)) {
            return "`subject` should be an entity and an id, such as customer/C-1";
        }
        if (change.hasNonNull("changedAt") && !isTime(change.get("changedAt"))) {
            return "`changedAt` should be a time, such as 2026-01-31T10:00:00Z";
        }
        return isBase64(change.get("original").textValue()) ? toBreaches(change.path("breaches")) : "`original` should be in Base64";
    }

    private static String toBreaches(JsonNode breaches) {
        if (!breaches.isArray() || breaches.isEmpty()) {
            return "`breaches` should be an array of at least one breach";
        }
        for (int i = 0; i < breaches.size(); i++) {
            String notText = notText(breaches.get(i), TEXTS_OF_A_BREACH);
            if (notText != null) {
                return "breach " + (i + 1) + " of " + breaches.size() + ": " + notText;
            }
        }
        return null;
    }

    private static String notText(JsonNode object, List<String> names) {
        return names.stream().filter(name -> !object.path(name).isTextual()).findFirst().map(name -> "`" + name + "` should be a text").orElse(null);
    }

    private static boolean isSubject(JsonNode value) {
        return value.isTextual() && value.asText().indexOf('/') >= 0;
    }

    private static boolean isTime(JsonNode value) {
        try {
            return value.isTextual() && UtcTime.any(value.asText()) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            return text.length() % 4 == 0 && BASE64.decode(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
