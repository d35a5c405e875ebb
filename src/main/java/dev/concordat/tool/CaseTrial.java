package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Receipt;
import dev.concordat.contract.ContractCase;
import dev.concordat.contract.ContractCase.ExpectedBreach;
import dev.concordat.contract.ContractCase.ExpectedDrift;
import dev.concordat.contract.ContractCase.Verdict;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Drift;
import dev.concordat.contract.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** Sends the change of a case through the steps of route {@code judge} and says how what comes of it differs. */
final class CaseTrial {
    private static final Receipt RECEIPT = new Receipt("cases", 0, 0, false, null, null);

    private final List<Drift> drift = new ArrayList<>();
    private final List<Breach> observed = new ArrayList<>();
    private final JudgeSteps steps;
    private final ChangeReader reader = DataOptions.reader();
    private final ChangeReader quick;

    CaseTrial(Contracts contracts) {
        this.steps = new JudgeSteps(contracts, drift::add, seen -> observed.add(seen.breach()));
        this.quick = DataOptions.reader(steps.quick());
    }

    /** The change, judged by its document. */
    Change judge(ContractCase one) {
        return judge(one, reader);
    }

    private Change judge(ContractCase one, ChangeReader by) {
        drift.clear();
        observed.clear();
        return steps.judge(by.readStructured(RECEIPT, one.change()), one.sender());
    }

    /**
     * What differs between expected and found, each in one sentence; empty where the case holds. The bridge reads some changes without a
     * document, so each case is tried both ways.
     */
    List<String> differences(ContractCase one) {
        List<String> differences = differences(one, judge(one));
        differences(one, judge(one, quick)).stream().filter(each -> !differences.contains(each)).map(each -> "read as in the bridge: " + each)
                .toList().forEach(differences::add);
        return differences;
    }

    private List<String> differences(ContractCase one, Change change) {
        List<String> differences = new ArrayList<>();
        Verdict found = JudgeSteps.verdict(change);
        if (found != one.expected().verdict()) {
            differences.add("expected " + word(one.expected().verdict()) + ", found " + word(found));
        }
        differ("breach", one.expected().breaches(), change.breaches(), CaseTrial::is, CaseTrial::shown, differences);
        differ("observed breach", one.expected().observed(), observed, CaseTrial::is, CaseTrial::shown, differences);
        differ("drift", one.expected().drift(), drift, CaseTrial::is, CaseTrial::shown, differences);
        if (found != Verdict.BREACH) {
            one.expected().left().ifPresent(left -> differ(left, steps.left(change), change, differences));
        }
        return differences;
    }

    private static String word(Verdict verdict) {
        return verdict == Verdict.BREACH ? "a change in breach" : verdict.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static <E, F> void differ(String what, List<E> expected, List<F> found, BiPredicate<E, F> is,
            java.util.function.Function<F, String> shown, List<String> differences) {
        List<F> unexpected = new ArrayList<>(found);
        for (E one : expected) {
            Optional<F> match = unexpected.stream().filter(other -> is.test(one, other)).findFirst();
            match.ifPresentOrElse(unexpected::remove, () -> differences.add("expected " + what + " " + one + ", which was not found"));
        }
        unexpected.forEach(one -> differences.add("found " + what + " " + shown.apply(one) + ", which was not expected"));
    }

    private static boolean is(ExpectedBreach expected, Breach found) {
        return expected.rule().equals(found.rule()) && expected.pointer().equals(found.pointer())
                && expected.keyword().equals(found.keyword())
                && expected.sentence().map(found.sentence()::equals).orElse(true);
    }

    private static String shown(Breach breach) {
        return new ExpectedBreach(breach.rule(), breach.pointer(), breach.keyword(), Optional.empty()) + " (" + breach.sentence() + ")";
    }

    private static boolean is(ExpectedDrift expected, Drift found) {
        return expected.kind().equals(found.kind()) && expected.pointer().equals(found.path())
                && expected.value().map(found.value()::equals).orElse(true);
    }

    private static String shown(Drift drift) {
        return new ExpectedDrift(drift.kind(), drift.path(), Optional.of(drift.value()).filter(value -> !value.isEmpty())).toString();
    }

    private void differ(Map<String, Optional<String>> expected, Map<String, JsonNode> found, Change change, List<String> differences) {
        if (!expected.keySet().equals(found.keySet())) {
            differences.add("expected to be left: " + names(expected) + "; found: " + names(found));
            return;
        }
        expected.forEach((name, value) -> {
            if (value.isPresent() && !value.get().equals(found.get(name).toString())) {
                boolean mayBeShown = steps.contract(change).field(name).map(Field::classification).orElseThrow().mayBeShown();
                differences.add("expected another value of " + name + (mayBeShown ? ": " + value.get() + ", not " + found.get(name) : ""));
            }
        });
    }

    private static String names(Map<String, ?> fields) {
        return fields.isEmpty() ? "nothing" : new TreeSet<>(fields.keySet()).stream().collect(Collectors.joining(", "));
    }
}
