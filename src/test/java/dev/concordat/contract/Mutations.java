package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes valid documents wrong, in the ways that real senders and real attackers do; the same ways for the same seed. */
final class Mutations {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NUMBERS = List.of("0", "-0", "1", "-1", "0.0", "1.0", "-1.0", "1.5", "1e0", "1e2", "1E400",
            "-1e400", "1e-400",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "9223372036854775807.0",
            "9.223372036854775807e18", "9007199254740993", "2147483648", "100000000000000000000000000000000000000000", "0.1", "4.9e-324");
    private static final List<String> TEXTS = List.of("", "x", "\u0000", "a\u0000b", "\n", "C-1\n", "\uD83D", "\uDE00\uD83D",
            "\uD83D\uDE00", "\u0130", "ﬀ",
            "+41446681800", "+41446681800\n", "+٤١٤٤٦٦٨١٨٠٠", "CH", "ch", "CHE", "CHF", "2024-02-29", "2023-02-29", "+2024-02-29",
            "0000-01-01",
            "jane.doe@mail.example", "CH9300762011623852957", "CH93 0076 2011 6238 5295 7", "retail", "closed", "CLOSED", "c", "u", "d",
            "refetch",
            "true", "null", "1", "<script>", "' OR 1=1 --", "${jndi:x}", "../..", "a/b~c", "\u202E", "\uFEFF");
    private static final List<Integer> LENGTHS = List.of(1, 2, 3, 4, 16, 17, 34, 35, 40, 41, 64, 65, 80, 81, 100, 101, 140, 141, 254,
            255, 280, 281, 10_000);
    private static final List<String> NAMES = List.of("loyalty", "a/b", "~", "", "a\u0000b", "id ", "Id", "op", "after", "changed",
            "before", "0", "type",
            "address", "country", "x".repeat(300));
    private static final int DEEPEST = 200;

    private final Random random;

    Mutations(long seed) {
        this.random = new Random(seed);
    }

    /** A copy, at times with the fields of another valid document, with one to three things changed. */
    ObjectNode of(ObjectNode valid, ObjectNode other) {
        ObjectNode mutant = valid.deepCopy();
        if (random.nextInt(4) > 0 && mutant.get("after") instanceof ObjectNode after && other.get("after") instanceof ObjectNode more) {
            after.setAll(more.deepCopy());
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<JsonNode> containers = new ArrayList<>();
            collect(mutant, containers);
            mutate(containers.get(random.nextInt(containers.size())));
        }
        return mutant;
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private void mutate(JsonNode container) {
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() || random.nextInt(6) == 0 ? one(NAMES) : one(names);
            if (random.nextInt(6) == 0) {
                object.remove(name);
            } else {
                object.set(name, value(object.path(name)));
            }
        } else if (container instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextInt(3) == 0) {
                array.add(value(array.path(0)));
            } else if (random.nextInt(3) == 0) {
                array.remove(random.nextInt(array.size()));
            } else {
                array.set(random.nextInt(array.size()), value(array.path(0)));
            }
        }
    }

    private JsonNode value(JsonNode before) {
        if (random.nextBoolean()) {
            return ofItsKind(before);
        }
        return switch (random.nextInt(12)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 2, 3 -> number();
            case 4, 5, 6 -> JSON.getNodeFactory().textNode(one(TEXTS));
            case 7 -> JSON.getNodeFactory().textNode((random.nextBoolean() ? "x" : "\uD83D\uDE00").repeat(one(LENGTHS)));
            case 8 -> JSON.createArrayNode().add(before.isMissingNode() ? JSON.nullNode() : before.deepCopy());
            case 9 -> JSON.createObjectNode().set(one(NAMES), before.isMissingNode() ? JSON.nullNode() : before.deepCopy());
            case 10 -> deep(random.nextInt(20) == 0 ? DEEPEST : 5);
            default -> damaged(before);
        };
    }

    private JsonNode ofItsKind(JsonNode before) {
        return switch (before.getNodeType()) {
            case BOOLEAN -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case NUMBER -> number();
            case OBJECT -> before.<ObjectNode>deepCopy().put(one(NAMES), one(TEXTS));
            case ARRAY -> before.<ArrayNode>deepCopy().add(one(TEXTS));
            case STRING -> random.nextBoolean() ? damaged(before) : before;
            default -> JSON.nullNode();
        };
    }

    /** As the parser reads it, so that it has the type that it has in the bridge. */
    private JsonNode number() {
        try {
            return JSON.readTree(one(NUMBERS));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode deep(int levels) {
        JsonNode inner = JSON.getNodeFactory().textNode("x");
        for (int i = 0; i < levels; i++) {
            inner = random.nextBoolean() ? JSON.createArrayNode().add(inner) : JSON.createObjectNode().set("a", inner);
        }
        return inner;
    }

    /** A text with one character more, less or other; what is no text, as a text. */
    private JsonNode damaged(JsonNode before) {
        StringBuilder text = new StringBuilder(before.asText());
        int at = random.nextInt(text.length() + 1);
        char other = (char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : 0x20 + random.nextInt(0x60));
        if (at == text.length() || random.nextInt(3) == 0) {
            text.insert(at, other);
        } else if (random.nextBoolean()) {
            text.deleteCharAt(at);
        } else {
            text.setCharAt(at, other);
        }
        return JSON.getNodeFactory().textNode(text.toString());
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
