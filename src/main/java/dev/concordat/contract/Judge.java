package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import dev.concordat.change.Breach;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One contract at work on changes: everything that can be known beforehand is. */
final class Judge {
    private final Contract contract;
    private final JsonSchema schema;
    private final String key;
    private final Sentences sentences;
    private final Map<String, Known> known = new HashMap<>();

    Judge(Contract contract) {
        this.contract = contract;
        this.schema = contract.schema();
        this.key = contract.key().name();
        this.sentences = new Sentences(contract);
        String parent = contract.parent().map(Parent::field).orElse(null);
        for (Field field : contract.fields()) {
            JsonNode own = contract.jsonSchema().at("/properties/after/properties/" + field.name());
            known.put(field.name(), new Known(field, field.key() || field.name().equals(parent), watched(field, own),
                    field.type() == Type.OBJECT ? names(own.get("properties")) : Set.of()));
        }
    }

    /** A field, the values whose absence is drift (null where none are watched), and the names inside an object. */
    private record Known(Field field, boolean stays, Set<String> watched, Set<String> parts) {
    }

    private static Set<String> watched(Field field, JsonNode schema) {
        if (field.openEnum().isPresent()) {
            return Set.copyOf(field.openEnum().get().known());
        }
        return field.validValues().isEmpty() || schema.has("enum") ? null : Set.copyOf(field.validValues());
    }

    private static Set<String> names(JsonNode properties) {
        Set<String> names = new HashSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
    }

    Contract contract() {
        return contract;
    }

    String key() {
        return key;
    }

    /** Works {@code changed} into {@code after}: what it does not name is not set, what it names alone is cleared. */
    void settle(ObjectNode data) {
        JsonNode changed = data.get("changed");
        if (changed == null || !changed.isArray() || !"u".equals(data.path("op").textValue())
                || !(data.get("after") instanceof ObjectNode after)) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (JsonNode name : changed) {
            if (!name.isTextual()) {
                return;
            }
            names.add(name.textValue());
        }
        for (Known field : known.values()) {
            String name = field.field().name();
            if (field.stays()) {
                continue;
            }
            if (!names.contains(name)) {
                after.remove(name);
            } else if (!after.has(name)) {
                after.putNull(name);
            }
        }
    }

    /** Gives one breach for each place that is wrong: where several keywords are broken, the most telling one. */
    void breaches(ObjectNode data, Consumer<Breach> found) {
        String endless = Numbers.endless(data);
        if (endless != null) {
            found.accept(breach("schema", endless, "type", Sentences.of("endless")));
            return;
        }
        telling(schema.validate(data), "", data, found);
    }

    /** As {@link #breaches}, by the schema of what the ledger tells the CRM. */
    void exportBreaches(ObjectNode data, Consumer<Breach> found) {
        String endless = Numbers.endless(data);
        if (endless != null) {
            found.accept(breach("schema", endless, "type", Sentences.of("endless")));
            return;
        }
        telling(contract.exportSchema().validate(data.get("after")), "/after", data, found);
    }

    private void telling(Set<ValidationMessage> messages, String root, ObjectNode data, Consumer<Breach> found) {
        if (messages.isEmpty()) {
            return;
        }
        Map<String, ValidationMessage> telling = new LinkedHashMap<>();
        for (ValidationMessage message : messages) {
            telling.merge(root + Sentences.pointer(message), message, Sentences::moreTelling);
        }
        telling.forEach((pointer, message) -> found.accept(
                breach("schema", pointer, message.getType(), sentences.of(pointer, message, data))));
    }

    Breach breach(String rule, String pointer, String keyword, String sentence) {
        return new Breach(rule, contract.label(), pointer, keyword, "`" + pointer + "` " + sentence);
    }

    void drift(ObjectNode after, Consumer<Drift> seen) {
        for (Map.Entry<String, JsonNode> entry : after.properties()) {
            Known field = known.get(entry.getKey());
            if (field == null) {
                seen.accept(new Drift(contract.label(), "/after/" + step(entry.getKey()), Drift.UNKNOWN_FIELD, ""));
            } else if (field.watched() != null) {
                watch(field, entry.getValue(), seen);
            } else if (!field.parts().isEmpty() && entry.getValue().isObject()) {
                parts(field, entry.getValue(), seen);
            }
        }
    }

    private void watch(Known field, JsonNode value, Consumer<Drift> seen) {
        if (value.isTextual() && !field.watched().contains(value.textValue())) {
            boolean shown = field.field().classification().mayBeShown();
            seen.accept(new Drift(contract.label(), "/after/" + field.field().name(), Drift.UNKNOWN_VALUE,
                    shown ? plain(value.textValue()) : ""));
        }
    }

    private void parts(Known field, JsonNode value, Consumer<Drift> seen) {
        for (Iterator<String> names = value.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!field.parts().contains(name)) {
                seen.accept(new Drift(contract.label(), "/after/" + field.field().name() + "/" + step(name),
                        Drift.UNKNOWN_FIELD, ""));
            }
        }
    }

    /** Foreign text that can be stored and shown: short, and without control characters. */
    private static String plain(String text) {
        String start = text.length() > 64 ? text.substring(0, 64) : text;
        return start.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }

    /** A foreign name as a step of a JSON pointer. */
    static String step(String name) {
        return plain(name).replace("~", "~0").replace("/", "~1");
    }

    /** A customer that its source deleted is one that it closed. */
    void close(ObjectNode after) {
        contract.statusAlignment().ifPresent(alignment ->
                after.retain(key).put(alignment.field(), alignment.closing().get(0)));
    }

    /** Whether anything but keys is left. */
    boolean keepOwned(ObjectNode after, Owner sender, Consumer<String> refused) {
        boolean left = false;
        for (Iterator<String> names = after.fieldNames(); names.hasNext();) {
            Known field = known.get(names.next());
            if (field != null && field.field().owner() == sender) {
                left |= !field.stays();
            } else if (field == null || !field.stays()) {
                if (field != null && field.field().foreignChange() == ForeignChange.QUARANTINE) {
                    refused.accept(field.field().name());
                }
                names.remove();
            }
        }
        return left;
    }
}
