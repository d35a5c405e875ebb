package dev.concordat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.audit.AuditPlan.Intent;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.StatusAlignment;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what a change of an entity would set, from its bytes and before anybody has judged it: names, no values.
 *
 * <p>Of what cannot be read, asks for the whole entity or goes by a contract that is not in force, nothing can be told: whoever mends it may have it set
 * anything.
 */
final class Intents {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

    private final Contracts contracts;
    private final Contract newest;

    /** @param newest the entity's, by whose names its fields are told */
    Intents(Contracts contracts, Contract newest) {
        this.contracts = contracts;
        this.newest = newest;
    }

    /** Empty where it may be anything. */
    Optional<Intent> of(byte[] change) {
        JsonNode document = read(change);
        JsonNode data = document.path("data");
        String op = data.path("op").asText();
        return contracts.all().stream().filter(each -> each.entity().equals(newest.entity()) && each.dataschema().equals(document.path("dataschema").asText()))
                .findFirst().flatMap(judge -> switch (op) {
                    case "c", "u" -> set(data).map(fields -> new Intent(op.equals("c"), newest.fields(judge, op, fields)));
                    case "d" -> Optional.of(new Intent(false, newest.statusAlignment().map(StatusAlignment::field).map(Set::of).orElse(Set.of())));
                    default -> Optional.empty();
                });
    }

    /** An update that says what it changes sets that and nothing else. */
    private static Optional<Set<String>> set(JsonNode data) {
        Set<String> fields = new HashSet<>();
        JsonNode changed = data.path("changed");
        boolean says = data.path("op").asText().equals("u") && changed.isArray();
        for (JsonNode name : changed) {
            says &= name.isTextual();
            fields.add(name.asText());
        }
        if (says) {
            return Optional.of(fields);
        }
        fields.clear();
        data.path("after").fieldNames().forEachRemaining(fields::add);
        return data.path("after").isObject() ? Optional.of(fields) : Optional.empty();
    }

    private static JsonNode read(byte[] change) {
        try {
            return JSON.readTree(change);
        } catch (IOException unreadable) {
            return JSON.missingNode();
        }
    }
}
