package dev.concordat.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.concordat.change.Change;
import dev.concordat.change.FieldValues;
import dev.concordat.change.SoundReader.Addressed;
import dev.concordat.change.SoundReader.Sound;
import java.io.IOException;
import java.util.List;

/**
 * One contract at work on changes while they are read: it takes those that set fields of the CRM to what the contract allows, and nothing
 * else. It never finds a breach. What it does not take, because it is not sound or because it is not simple, a {@link Judge} judges.
 */
final class QuickJudge {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Contract contract;
    /** What a subject begins with. */
    private final String entity;
    private final FieldValues.Layout layout;
    private final QuickCheck[] checks;
    private final List<Rule> rules;
    private final int key;
    private final long stays;
    private final long requiredByCreates;
    /** Place of the field that names the customer: of a customer, its own key. -1 where there is none. */
    private final int customer;

    /** A rule, and the fields that it names. */
    private record Rule(Expression expression, long fields) {
    }

    /** @param checks what is allowed of each field, in the contract's order; null for a field whose changes a {@link Judge} has to look at */
    QuickJudge(Contract contract, FieldValues.Layout layout, List<Expression> rules, QuickCheck[] checks) {
        this.entity = contract.entity() + "/";
        this.layout = layout;
        this.contract = contract;
        this.checks = checks;
        this.rules = rules.stream().map(rule -> new Rule(rule, bits(rule.fields()))).toList();
        this.key = layout.place(contract.key().name());
        Integer named = layout.place(Change.CUSTOMER);
        this.customer = contract.entity().equals(Change.CUSTOMER) ? key : named == null ? -1 : named;
        this.stays = 1L << key | bits(contract.parent().map(Parent::field).stream().toList());
        this.requiredByCreates = 1L << key | bits(contract.fields().stream()
                .filter(field -> field.required() && field.owner() == Owner.CRM).map(Field::name).toList());
    }

    private long bits(Iterable<String> names) {
        long bits = 0;
        for (String name : names) {
            bits |= 1L << layout.place(name);
        }
        return bits;
    }

    /** As {@link dev.concordat.change.SoundReader#read}, of a change that names this contract. */
    Sound read(JsonParser parser, byte[] bytes, Addressed addressed) throws IOException {
        String op = null;
        FieldValues values = null;
        long changed = -1;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (name.equals("op") && op == null) {
                op = parser.nextTextValue();
                if (op == null) {
                    return null;
                }
            } else if (name.equals("after") && values == null && parser.nextToken() == JsonToken.START_OBJECT) {
                values = after(parser, bytes);
                if (values == null) {
                    return null;
                }
            } else if (name.equals("changed") && changed < 0 && parser.nextToken() == JsonToken.START_ARRAY) {
                changed = changed(parser);
                if (changed < 0) {
                    return null;
                }
            } else {
                return null;
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT || op == null || values == null) {
            return null;
        }
        boolean creates = op.equals("c");
        boolean taken = (creates || op.equals("u") && (changed < 0 || changed == (values.set() & ~stays)))
                && isComplete(values, creates, addressed) && keepsRules(values, op);
        return taken ? new Sound(values, creates) : null;
    }

    private FieldValues after(JsonParser parser, byte[] bytes) throws IOException {
        var values = new String[layout.size()];
        long set = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            Integer place = layout.place(name);
            if (place == null || checks[place] == null || (set & 1L << place) != 0) {
                return null;
            }
            set |= 1L << place;
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                if (!checks[place].nullable()) {
                    return null;
                }
            } else {
                values[place] = checks[place].take(parser, bytes);
                if (values[place] == null) {
                    return null;
                }
            }
        }
        return parser.currentToken() == JsonToken.END_OBJECT ? new FieldValues(layout, values, set) : null;
    }

    /** The fields that a change says it sets; -1 where it names anything else. */
    private long changed(JsonParser parser) throws IOException {
        long changed = 0;
        for (String name = parser.nextTextValue(); name != null; name = parser.nextTextValue()) {
            Integer place = layout.place(name);
            if (place == null || (stays & 1L << place) != 0) {
                return -1;
            }
            changed |= 1L << place;
        }
        return parser.currentToken() == JsonToken.END_ARRAY ? changed : -1;
    }

    private boolean isComplete(FieldValues values, boolean creates, Addressed addressed) {
        long required = creates ? requiredByCreates : stays;
        String id = values.values()[key];
        String whose = customer < 0 ? null : values.values()[customer];
        return (values.set() & required) == required && (values.set() & ~stays) != 0 && (whose == null || whose.equals(addressed.customer()))
                && addressed.subject().length() == entity.length() + id.length() && addressed.subject().startsWith(entity)
                && addressed.subject().endsWith(id);
    }

    private boolean keepsRules(FieldValues values, String op) throws JsonProcessingException {
        for (Rule rule : rules) {
            if ((op.equals("c") || (values.set() & rule.fields) != 0) && rule.expression.isBroken(op, field -> value(contract, values, field), null)) {
                return false;
            }
        }
        return true;
    }

    /** A value as the document would have it; null where the change does not set it. */
    static JsonNode value(Contract contract, FieldValues values, String field) {
        int place = values.layout().place(field);
        String text = values.values()[place];
        if (text == null) {
            return values.sets(place) ? NullNode.instance : null;
        }
        return switch (contract.fields().get(place).type()) {
            case STRING, DATE, TIMESTAMP -> TextNode.valueOf(text);
            case BOOLEAN -> BooleanNode.valueOf(Boolean.parseBoolean(text));
            case INTEGER -> LongNode.valueOf(Long.parseLong(text));
            default -> parsed(text);
        };
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read once can be read again", e);
        }
    }
}
