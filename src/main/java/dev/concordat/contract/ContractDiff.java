package dev.concordat.contract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In what a contract differs from an older one, and what that takes.
 *
 * <p>A break of a side takes a new major version, what is new takes a new minor one, other words a new patch.
 */
public final class ContractDiff {
    private static final Set<String> ELSEWHERE = Set.of("version", "status", "schema", "slaProperties", "roles", "servers");

    private final Odcs.Document before;
    private final Odcs.Document after;
    private final List<Difference> differences;

    private ContractDiff(Odcs.Document before, Odcs.Document after) {
        this.before = before;
        this.after = after;
        Differences found = new Differences();
        ObjectDiff.all(before, after, found);
        SlaDiff.all(before, after, found);
        status(found);
        PlainDiff plain = PlainDiff.of(found);
        plain.compare(before.at(), after.at(), ELSEWHERE);
        for (String key : List.of("roles", "servers")) {
            plain.as(Verdict.ADDITIVE).elements(part(before, key), part(after, key), Set.of(), after.at().key(key));
        }
        this.differences = found.found().stream().sorted(Comparator.comparing((Difference each) -> each.verdicts().iterator().next())
                .thenComparing(Difference::line)).toList();
    }

    /** Compares two contracts in force, or about to be. */
    public static ContractDiff between(Contract before, Contract after) {
        return new ContractDiff(before.document(), after.document());
    }

    /**
     * What speaks against taking contracts into force after others: a sentence for each difference that breaks a side within a major version, or one
     * for a version that is too low; empty where nothing does.
     */
    public static List<String> objections(Contracts before, Contracts after) {
        return before.all().stream().flatMap(old -> after.find(old.entity(), old.major()).map(now -> between(old, now)).stream())
                .filter(ContractDiff::isTooLow).flatMap(diff -> diff.isCompatible() ? Stream.of(diff.versionObjection()) : diff.breakObjections()).toList();
    }

    private Stream<String> breakObjections() {
        return differences.stream().filter(Difference::breaks).map(each -> after.at().file() + ":" + each.line() + ":" + each.column() + " " + each.where()
                + ": is " + each.after() + " and was " + each.before() + " in force; take it back, or make it version " + suggestedVersion()
                + " in a file of its own. " + each.meaning());
    }

    /** A lane tells by the version alone whether a change that waits was judged by what is in force. */
    private String versionObjection() {
        Place place = after.at().key("version");
        String others = differences.stream().filter(each -> !each.isText()).map(Difference::where).distinct().collect(Collectors.joining(", "));
        return place.file() + ":" + place.line() + ":" + place.column() + " " + entity() + ".version: is " + versionAfter() + " and was " + versionBefore()
                + " in force; make it version " + suggestedVersion() + (others.isEmpty() ? "" : " for what differs: " + others) + ".";
    }

    /**
     * Compares two files wherever they stand; neither has to be sound beyond its form.
     *
     * @throws ContractException where a file is no ODCS contract with a semantic version
     */
    public static ContractDiff between(Path before, Path after) {
        List<Finding> findings = new ArrayList<>();
        Optional<Odcs.Document> old = read(before, findings);
        Optional<Odcs.Document> now = read(after, findings);
        if (findings.stream().anyMatch(finding -> finding.level(Profile.ODCS) == Finding.Level.ERROR)) {
            throw new ContractException(findings.stream().filter(Finding::isError).toList());
        }
        return new ContractDiff(old.orElseThrow(), now.orElseThrow());
    }

    private static Optional<Odcs.Document> read(Path file, List<Finding> findings) {
        Optional<Odcs.Document> document = OdcsReader.read(file, findings);
        document.filter(read -> !read.version().isEmpty() && Version.of(read.version()).isEmpty()).ifPresent(read -> findings.add(
                read.at().key("version").finding(FindingCode.NO_SEMANTIC_VERSION,
                        "is not a semantic version", Version.instead(read.version()))));
        return document;
    }

    private static Place part(Odcs.Document document, String key) {
        return document.at().has(key) ? document.at().key(key) : null;
    }

    private void status(Differences found) {
        if (!Objects.equals(before.status(), after.status())) {
            boolean ended = "retired".equals(after.status());
            var seen = new Differences.Seen("status-changed", after.at().key("status"), before.status(), after.status());
            if (ended) {
                found.add(seen, Sides.BOTH, "neither side can count on it any more.", Verdict.BREAKS_PRODUCER, Verdict.BREAKS_CONSUMER);
            } else {
                found.add(seen, Sides.BOTH, "changes go on as before; see that both sides know of it.", Verdict.ADDITIVE);
            }
        }
    }

    /** All differences, the gravest first, then in the order of the newer file. */
    public List<Difference> differences() {
        return differences;
    }

    /** Name of the entity that the newer contract is about. */
    public String entity() {
        return after.schema().isEmpty() ? "" : after.schema().get(0).name();
    }

    public String versionBefore() {
        return before.version();
    }

    public String versionAfter() {
        return after.version();
    }

    /** Line of the version in the newer file, from 1. */
    public int versionLine() {
        return after.at().key("version").line();
    }

    /** The lowest version that the newer contract may have; the older one's where nothing differs. */
    public Version suggestedVersion() {
        Version old = version(before);
        if (breaks()) {
            return new Version(old.major() + 1, 0, 0);
        }
        if (differences.isEmpty()) {
            return old;
        }
        return isWordsOnly() ? new Version(old.major(), old.minor(), old.patch() + 1) : new Version(old.major(), old.minor() + 1, 0);
    }

    /** Whether some side is broken, whatever the version says. */
    public boolean breaks() {
        return differences.stream().anyMatch(Difference::breaks);
    }

    /** Whether the newer contract may take the older one's place: it breaks no side, or has a new major version. */
    public boolean isCompatible() {
        return !breaks() || version(after).major() > version(before).major();
    }

    private boolean isWordsOnly() {
        return differences.stream().allMatch(Difference::isText);
    }

    /**
     * Whether the newer contract's version is below the older one's, or below the one that its differences take, other words aside. Under such a
     * version it does not come into force while the older one is.
     */
    public boolean isTooLow() {
        return isWordsOnly() ? version(after).compareTo(version(before)) < 0 : !isVersionRight();
    }

    /** Whether the newer contract's version is at least the one that its differences take. */
    public boolean isVersionRight() {
        return version(after).compareTo(suggestedVersion()) >= 0;
    }

    /** FULL, BACKWARD (what was sent before is still taken), FORWARD (what is sent now is still understood) or NONE. */
    public String compatibility() {
        boolean backward = differences.stream().noneMatch(each -> each.verdicts().contains(Verdict.BREAKS_PRODUCER));
        boolean forward = differences.stream().noneMatch(each -> each.verdicts().contains(Verdict.BREAKS_CONSUMER));
        return backward && forward ? "FULL" : backward ? "BACKWARD" : forward ? "FORWARD" : "NONE";
    }

    private static Version version(Odcs.Document contract) {
        return Version.of(contract.version()).orElseThrow();
    }
}
