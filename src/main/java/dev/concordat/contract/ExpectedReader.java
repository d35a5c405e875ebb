package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contract.ContractCase.Expected;
import dev.concordat.contract.ContractCase.ExpectedBreach;
import dev.concordat.contract.ContractCase.ExpectedDrift;
import dev.concordat.contract.ContractCase.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Reads what a case expects. */
final class ExpectedReader {
    private static final String VERDICTS =
            "write accepted, filtered, or a breach as [rule, pointer, keyword] with the sentence after it if it matters";
    private static final String DRIFTS = "write [unknown-field, pointer] or [unknown-value, pointer, value]";
    private static final String OBSERVED = "write [rule, pointer, keyword] with the sentence after it if it matters";

    private final List<Finding> findings;

    ExpectedReader(List<Finding> findings) {
        this.findings = findings;
    }

    Expected read(Section section) {
        List<ExpectedBreach> breaches = List.of();
        Verdict verdict = Verdict.ACCEPTED;
        JsonNode expect = json(section, "expect");
        if (expect.isArray()) {
            verdict = Verdict.BREACH;
            breaches = breaches(section, "expect", VERDICTS);
        } else if ("filtered".equals(expect.textValue())) {
            verdict = Verdict.FILTERED;
        } else if (section.has("expect") && !"accepted".equals(expect.textValue())) {
            findings.add(section.place().key("expect").finding(FindingCode.WRONG_CASE, "[" + expect.asText() + "] is no verdict", VERDICTS));
        }
        List<ExpectedDrift> drift = !section.has("drift") ? List.of() : several(section, "drift", json(section, "drift"), DRIFTS,
                parts -> parts.size() < 2 || parts.size() > 3 || !List.of(Drift.UNKNOWN_FIELD, Drift.UNKNOWN_VALUE).contains(parts.get(0))
                        ? null : new ExpectedDrift(parts.get(0), parts.get(1), part(parts, 2)));
        List<ExpectedBreach> observed = section.has("observed") ? breaches(section, "observed", OBSERVED) : List.of();
        return new Expected(verdict, breaches, drift, observed, left(section, verdict));
    }

    private List<ExpectedBreach> breaches(Section section, String key, String right) {
        return several(section, key, json(section, key), right, parts -> parts.size() < 3 || parts.size() > 4 ? null
                : new ExpectedBreach(parts.get(0), parts.get(1), parts.get(2), part(parts, 3)));
    }

    private static Optional<String> part(List<String> parts, int index) {
        return parts.size() > index ? Optional.of(parts.get(index)) : Optional.empty();
    }

    /** One list of texts, or a list of such lists. */
    private <T> List<T> several(Section section, String key, JsonNode list, String right, Function<List<String>, T> reading) {
        List<T> read = new ArrayList<>();
        boolean single = list.path(0).isTextual();
        for (JsonNode one : single ? List.of(list) : list) {
            List<String> parts = StreamSupport.stream(one.spliterator(), false)
                    .filter(JsonNode::isTextual).map(JsonNode::textValue).toList();
            read.add(parts.size() == one.size() ? reading.apply(parts) : null);
        }
        if (read.isEmpty() || read.contains(null)) {
            findings.add(section.place().key(key).finding(FindingCode.WRONG_CASE, "is not understood", right));
            return List.of();
        }
        return read;
    }

    private Optional<Map<String, Optional<String>>> left(Section section, Verdict verdict) {
        if (!section.has("left")) {
            return Optional.empty();
        }
        JsonNode left = json(section, "left");
        Map<String, Optional<String>> fields = new LinkedHashMap<>();
        if (left.isObject()) {
            left.properties().forEach(field -> fields.put(field.getKey(), Optional.of(field.getValue().toString())));
        } else if (left.isArray()) {
            left.forEach(name -> fields.put(name.asText(), Optional.empty()));
        } else {
            findings.add(section.place().key("left").finding(FindingCode.WRONG_CASE, "is neither names nor fields",
                    "write [phone] or {phone: \"+41446681800\"}"));
        }
        if (verdict == Verdict.BREACH) {
            findings.add(section.place().key("left").finding(FindingCode.WRONG_CASE, "says what is left of a change in breach",
                    "leave it out: nothing is written"));
        }
        return Optional.of(fields);
    }

    private static JsonNode json(Section section, String key) {
        return YamlValues.json(section.place().key(key).node());
    }
}
