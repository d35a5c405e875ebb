package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Enrichment;
import dev.concordat.change.FieldValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One contract at work on changes: everything that can be known beforehand is. */
final class Judge {
    private static final String AFTER = "/after/";
    /** Where the schema of a change's data tells of the fields. */
    private static final String FIELDS = "/properties/after/properties";
    /** Types whose values are texts in JSON. */
    private static final Set<Type> TEXTS = Set.of(Type.STRING, Type.DATE, Type.TIMESTAMP);
    /** Keyword of a breach of a rule that is an expression. */
    private static final String EXPRESSION = "expression";

    private final Contract contract;
    private final String label;
    private final JsonSchema schema;
    private final String key;
    private final Sentences sentences;
    private final Map<String, Known> known = new HashMap<>();
    private final List<Expression> enforced;
    private final List<ObservedRule> observed;
    private final List<Watched> watched;
    private final FieldValues.Layout layout;

    Judge(Contract contract) {
        this.contract = contract;
        this.label = contract.label();
        this.schema = contract.schema();
        this.key = contract.key().name();
        this.sentences = new Sentences(contract, contract.jsonSchema());
        this.enforced = contract.expressions().stream().filter(rule -> rule.source().severity() == Severity.ERROR).toList();
        this.observed = contract.expressions().stream().filter(rule -> rule.source().severity() != Severity.ERROR)
                .map(rule -> new ObservedRule(rule, new Observed(rule.source().severity(), breach(rule)))).toList();
        this.watched = contract.watches().stream().map(watch -> new Watched(watch, Formats.compile(watch.schema()),
                new Sentences(contract, watch.schema()))).toList();
        this.layout = layout(contract.fields());
        String parent = contract.parent().map(Parent::field).orElse(null);
        for (Field field : contract.fields()) {
            JsonNode own = contract.jsonSchema().at(FIELDS).path(field.name());
            known.put(field.name(), new Known(field, field.key() || field.name().equals(parent),
                    field.openEnum().map(open -> Set.copyOf(open.known())).orElse(null),
                    field.type() == Type.OBJECT ? names(own.get("properties")) : Set.of()));
        }
    }

    /** A field, the values beside which any is drift (null where every value is known), and the names inside an object. */
    private record Known(Field field, boolean stays, Set<String> values, Set<String> parts) {
    }

    /** A rule in CEL that is observed, and what is seen where a change breaks it. */
    private record ObservedRule(Expression expression, Observed seen) {
    }

    /** A rule of a field that is observed, ready to judge. */
    private record Watched(Watch rule, JsonSchema schema, Sentences sentences) {
    }

    private static Set<String> names(JsonNode properties) {
        Set<String> names = new HashSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static FieldValues.Layout layout(List<Field> fields) {
        long texts = 0;
        for (int i = 0; i < Math.min(fields.size(), FieldValues.MOST_FIELDS); i++) {
            texts |= TEXTS.contains(fields.get(i).type()) ? 1L << i : 0;
        }
        return new FieldValues.Layout(fields.stream().map(Field::name).toList(), texts);
    }

    /** Whether a change was read by the quick judge of this one: it has nothing to say of it. */
    boolean hasRead(Change change) {
        return change.values() != null && change.values().layout() == layout;
    }

    /**
     * One that takes only what this one and enrichment would leave as it is; empty where the contract has too many fields
     * for it, or a key of another name than the reader of changes knows.
     */
    Optional<QuickJudge> quick(Enrichment enrichment) {
        List<Field> fields = contract.fields();
        if (fields.size() > FieldValues.MOST_FIELDS || !key.equals(Change.ID)) {
            return Optional.empty();
        }
        QuickCheck[] checks = fields.stream().map(field -> {
            Known each = known.get(field.name());
            boolean settable = each.stays || field.owner() == Owner.CRM;
            return settable && !isWatched(field) ? check(field, each, enrichment) : null;
        }).toArray(QuickCheck[]::new);
        return Optional.of(new QuickJudge(contract, layout, enforced, checks));
    }

    private QuickCheck check(Field field, Known each, Enrichment enrichment) {
        JsonNode own = contract.jsonSchema().at(FIELDS).get(field.name());
        return QuickCheck.of(own, List.of(field.name()), path -> {
            List<Predicate<String>> tests = new ArrayList<>(enrichment.inForm(contract.entity(), path).stream().toList());
            if (path.size() == 1 && each.values != null) {
                tests.add(each.values::contains);
            }
            return tests;
        }).orElse(null);
    }

    private boolean isWatched(Field field) {
        return contract.watches().stream().anyMatch(watch -> watch.schema().at(FIELDS).has(field.name()));
    }

    Contract contract() {
        return contract;
    }

    /** See {@link Contract#label()}. */
    String label() {
        return label;
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
        if (names.size() == named(after, names)) {
            return;
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

    /** How many fields are named, where a change sets no other ones; -1 where it does. */
    private int named(ObjectNode after, Set<String> names) {
        int named = 0;
        for (Map.Entry<String, JsonNode> each : after.properties()) {
            Known field = known.get(each.getKey());
            if (field != null && !field.stays()) {
                if (!names.contains(each.getKey())) {
                    return -1;
                }
                named++;
            }
        }
        return named;
    }

    /**
     * Gives one breach for each place that is wrong: where several keywords are broken, the most telling one.
     *
     * @param fractions whether there may be numbers with a fraction
     */
    void breaches(ObjectNode data, boolean fractions, Consumer<Breach> found) {
        String endless = fractions ? Numbers.endless(data) : null;
        if (endless != null) {
            found.accept(breach("schema", endless, "type", Sentences.of("endless")));
            return;
        }
        Set<ValidationMessage> messages = schema.validate(data);
        if (!messages.isEmpty()) {
            Map<String, ValidationMessage> telling = telling(messages, "");
            tell(telling, data, found);
            if (!enforced.isEmpty()) {
                expressions(data, telling.keySet(), found);
            }
            return;
        }
        for (Expression rule : enforced) {
            if (rule.isBroken(data)) {
                found.accept(breach(rule));
            }
        }
    }

    /** As {@link #breaches}, by the schema of what the ledger tells the CRM, and the rules whose fields all stand there. */
    void exportBreaches(ObjectNode data, Consumer<Breach> found) {
        String endless = Numbers.endless(data);
        if (endless != null) {
            found.accept(breach("schema", endless, "type", Sentences.of("endless")));
            return;
        }
        Map<String, ValidationMessage> telling = telling(contract.exportSchema().validate(data.get("after")), "/after");
        tell(telling, data, found);
        if (!enforced.isEmpty()) {
            expressions(told(data), telling.keySet(), found);
        }
    }

    /** What the ledger tells says nothing of the fields that it leaves out, as an update does. */
    private static ObjectNode told(ObjectNode data) {
        ObjectNode told = data.objectNode().put("op", "u");
        told.set("after", data.get("after"));
        return told;
    }

    /** As {@link #observe}, of what the ledger tells the CRM. */
    void observeExport(ObjectNode data, Consumer<Observed> seen) {
        observe(told(data), seen);
    }

    private void tell(Map<String, ValidationMessage> telling, ObjectNode data, Consumer<Breach> found) {
        telling.forEach((pointer, message) -> found.accept(
                breach("schema", pointer, message.getType(), sentences.of(pointer, message, data))));
    }

    /** Of a change that breaks the schema, expressions judge what is sound of it. */
    private void expressions(ObjectNode data, Set<String> broken, Consumer<Breach> found) {
        if (!broken.stream().allMatch(pointer -> pointer.startsWith(AFTER))) {
            return;
        }
        Set<String> fields = broken.stream().map(pointer -> pointer.substring(AFTER.length()).split("/")[0])
                .collect(Collectors.toSet());
        enforced.stream().filter(rule -> Collections.disjoint(rule.fields(), fields)).filter(rule -> rule.isBroken(data))
                .map(this::breach).forEach(found);
    }

    private static Map<String, ValidationMessage> telling(Set<ValidationMessage> messages, String root) {
        Map<String, ValidationMessage> telling = new LinkedHashMap<>();
        for (ValidationMessage message : messages) {
            telling.merge(root + Sentences.pointer(message), message, Sentences::moreTelling);
        }
        return telling;
    }

    /** Gives what a change that passes would break, were the observed rules enforced. */
    void observe(ObjectNode data, Consumer<Observed> seen) {
        for (ObservedRule rule : observed) {
            if (rule.expression.isBroken(data)) {
                seen.accept(rule.seen);
            }
        }
        for (Watched watch : watched) {
            Set<ValidationMessage> messages = watch.schema.validate(data);
            if (!messages.isEmpty()) {
                telling(messages, "").forEach((pointer, message) -> seen.accept(new Observed(watch.rule.severity(),
                        breach(watch.rule.rule(), pointer, message.getType(),
                                watch.sentences.of(pointer, message, data)))));
            }
        }
    }

    /** As {@link #observe(ObjectNode, Consumer)}, of a change that {@link #hasRead}; no field that it sets is watched. */
    void observe(Change change, Consumer<Observed> seen) {
        for (ObservedRule rule : observed) {
            if (rule.expression.isBroken(change.creates() ? "c" : "u", field -> QuickJudge.value(contract, change.values(), field), null)) {
                seen.accept(rule.seen);
            }
        }
    }

    private Breach breach(Expression rule) {
        Expression.Source source = rule.source();
        return breach(source.name(), source.pointer(), EXPRESSION, source.sentence());
    }

    Breach breach(String rule, String pointer, String keyword, String sentence) {
        return new Breach(rule, label, pointer, keyword, "`" + pointer + "` " + sentence);
    }

    void drift(ObjectNode after, Consumer<Drift> seen) {
        for (Map.Entry<String, JsonNode> entry : after.properties()) {
            Known field = known.get(entry.getKey());
            if (field == null) {
                seen.accept(new Drift(label, "/after/" + step(entry.getKey()), Drift.UNKNOWN_FIELD, ""));
            } else if (field.values() != null) {
                watch(field, entry.getValue(), seen);
            } else if (!field.parts().isEmpty() && entry.getValue().isObject()) {
                parts(field, entry.getValue(), seen);
            }
        }
    }

    private void watch(Known field, JsonNode value, Consumer<Drift> seen) {
        if (value.isTextual() && !field.values().contains(value.textValue())) {
            boolean shown = field.field().classification().mayBeShown();
            seen.accept(new Drift(label, "/after/" + field.field().name(), Drift.UNKNOWN_VALUE,
                    shown ? plain(value.textValue()) : ""));
        }
    }

    private void parts(Known field, JsonNode value, Consumer<Drift> seen) {
        for (Iterator<String> names = value.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!field.parts().contains(name)) {
                seen.accept(new Drift(label, "/after/" + field.field().name() + "/" + step(name),
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
