package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Receipt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the compiled schemas say at each place is tried by a case that passes at the edge and by one that is refused just beyond. */
class CaseCoverageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Contracts CONTRACTS = Contracts.read(Path.of("contracts"));
    private static final Enrichment ENRICHMENT = Enrichment.ofCustomers();
    private static final Set<String> LIMITS = Set.of("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
            "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "pattern", "format");
    /** No country's IBAN is as long as the standard allows. */
    private static final Set<String> UNREACHABLE = Set.of("/after/iban maxLength accepted");

    private final Set<String> wanted = new TreeSet<>();
    private final Set<String> tried = new TreeSet<>();

    @ParameterizedTest
    @ValueSource(strings = {"customer", "account"})
    void everyKeywordOfEveryFieldIsTriedBothWays(String entity) {
        Contract contract = CONTRACTS.newest(entity);
        List<Finding> findings = new ArrayList<>();
        List<ContractCase> cases = ContractCases.read(Path.of("contracts", entity, "v1.cases.yaml"), CONTRACTS, findings);
        assertThat(findings).isEmpty();

        want("", contract.jsonSchema());
        enforced(contract).forEach(rule -> both("rule " + rule.source().name()));
        cases.forEach(one -> look(contract, one));

        assertThat(wanted).hasSizeGreaterThan(100);
        wanted.removeAll(tried);
        assertThat(wanted).as("places and keywords of %s without a case", contract.label())
                .isSubsetOf(UNREACHABLE);
    }

    @Test
    void aKeywordWithoutACaseIsNoticed() {
        want("", json("{'properties':{'after':{'properties':{'n':{'type':['integer','null'],'maximum':5}}}}}"));

        assertThat(wanted).containsExactly("/after/n maximum accepted", "/after/n maximum refused", "/after/n type integer accepted",
                "/after/n type null accepted", "/after/n type refused");
    }

    private static List<Expression> enforced(Contract contract) {
        return contract.expressions().stream().filter(rule -> rule.source().severity() == Severity.ERROR).toList();
    }

    private void want(String pointer, JsonNode schema) {
        for (Map.Entry<String, JsonNode> entry : schema.properties()) {
            String keyword = entry.getKey();
            JsonNode value = entry.getValue();
            switch (keyword) {
                case "properties" -> value.properties().forEach(field -> want(pointer + "/" + field.getKey(), field.getValue()));
                case "items" -> want(pointer + "/*", value);
                case "allOf" -> value.forEach(one -> want(pointer, one.path("then")));
                case "required" -> value.forEach(name -> both(pointer + "/" + name.asText() + " required"));
                case "type" -> {
                    refusedAt(pointer, "type");
                    (value.isArray() ? value : JSON.createArrayNode().add(value))
                            .forEach(type -> wanted.add(pointer + " type " + type.asText() + " accepted"));
                }
                case "enum" -> {
                    refusedAt(pointer, "enum");
                    value.forEach(one -> wanted.add(pointer + " enum " + one.asText() + " accepted"));
                }
                default -> {
                    if (LIMITS.contains(keyword)) {
                        both(pointer + " " + keyword);
                    }
                }
            }
        }
    }

    private void refusedAt(String pointer, String keyword) {
        if (!pointer.isEmpty() && !pointer.equals("/after")) {
            wanted.add(pointer + " " + keyword + " refused");
        }
    }

    private void both(String what) {
        wanted.add(what + " accepted");
        wanted.add(what + " refused");
    }

    /** What a case tries, by the words of the schema itself: a change may break more than its breach says. */
    private void look(Contract contract, ContractCase one) {
        Change change = new ChangeReader(1 << 20).readStructured(new Receipt("cases", 0, 0, false, null, null), one.change());
        ENRICHMENT.enrich(change);
        JsonNode data = change.data() == null ? sent(one.change()) : change.data();
        if (!data.isObject() || Numbers.endless(data) != null) {
            return;
        }
        new Judge(contract).settle((ObjectNode) data);
        if (one.expected().verdict() == ContractCase.Verdict.BREACH) {
            contract.schema().validate(data).forEach(message -> tried.add(
                    any(Sentences.pointer(message)) + " " + message.getType() + " refused"));
            one.expected().breaches().forEach(breach -> tried.add("rule " + breach.rule() + " refused"));
        } else {
            enforced(contract).stream().filter(rule -> rule.fields().stream().allMatch(data.path("after")::hasNonNull))
                    .forEach(rule -> tried.add("rule " + rule.source().name() + " accepted"));
            accepted("", contract.jsonSchema(), data);
        }
    }

    private void accepted(String pointer, JsonNode schema, JsonNode value) {
        for (Map.Entry<String, JsonNode> entry : schema.properties()) {
            String keyword = entry.getKey();
            JsonNode limit = entry.getValue();
            switch (keyword) {
                case "properties" -> limit.properties().stream().filter(field -> value.has(field.getKey()))
                        .forEach(field -> accepted(pointer + "/" + field.getKey(), field.getValue(), value.get(field.getKey())));
                case "items" -> value.forEach(element -> accepted(pointer + "/*", limit, element));
                case "allOf" -> limit.forEach(condition -> accepted(pointer, condition.path("then"), value));
                case "required" -> limit.forEach(name -> tried.add(pointer + "/" + name.asText() + " required accepted"));
                case "type" -> tried.add(pointer + " type " + type(value) + " accepted");
                case "enum" -> tried.add(pointer + " enum " + value.asText() + " accepted");
                default -> {
                    if (atTheEdge(keyword, limit, value)) {
                        tried.add(pointer + " " + keyword + " accepted");
                    }
                }
            }
        }
    }

    private static boolean atTheEdge(String keyword, JsonNode limit, JsonNode value) {
        return switch (keyword) {
            case "minLength", "maxLength" -> value.isTextual()
                    && value.textValue().codePointCount(0, value.textValue().length()) == limit.intValue();
            case "minimum", "maximum", "multipleOf" -> value.isNumber() && value.decimalValue().compareTo(limit.decimalValue()) == 0;
            case "minItems", "maxItems", "minProperties", "maxProperties" -> value.size() == limit.intValue();
            case "pattern", "format" -> value.isTextual();
            default -> true;
        };
    }

    private static String type(JsonNode value) {
        return value.isIntegralNumber() ? "integer" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String any(String pointer) {
        return pointer.replaceAll("/\\d+", "/*");
    }

    private static JsonNode sent(byte[] change) {
        try {
            return JSON.readTree(change).path("data");
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
