package dev.concordat.contract;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
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
        return objections(before, List.of(), after);
    }

    /** As {@link #objections(Contracts, Contracts)}, and as {@link #objections(List, Contracts)} of a contract against which that finds nothing. */
    public static List<String> objections(Contracts before, List<KnownContract> known, Contracts after) {
        return after.all().stream().flatMap(now -> {
            List<String> found = before.find(now.entity(), now.major()).map(old -> between(old, now)).stream().flatMap(ContractDiff::objectionsInForce).toList();
            return found.isEmpty() ? objectionsKnown(known, now) : found.stream();
        }).toList();
    }

    /**
     * What speaks against taking contracts into force where none is: a sentence for each whose version has stood for other content, other words
     * aside. What has become unreadable since speaks against nothing.
     */
    public static List<String> objections(List<KnownContract> known, Contracts after) {
        return after.all().stream().flatMap(now -> objectionsKnown(known, now)).toList();
    }

    private static Stream<String> objectionsKnown(List<KnownContract> known, Contract now) {
        return known.stream().filter(each -> each.isOf(now)).flatMap(each -> from(each, now).stream().filter(diff -> !diff.isWordsOnly())
                .map(diff -> diff.versionObjection(each)));
    }

    /** Whether a contract can be compared with what is known of its version; by what the form of contracts is now, it may be none any more. */
    public static boolean isComparable(KnownContract known, Contracts contracts) {
        return contracts.all().stream().filter(known::isOf).allMatch(now -> from(known, now).isPresent());
    }

    private static Optional<ContractDiff> from(KnownContract known, Contract now) {
        List<Finding> findings = new ArrayList<>();
        return read(known.insteadOf(now), findings).filter(before -> isRead(findings)).map(before -> new ContractDiff(before, now.document()));
    }

    private Stream<String> objectionsInForce() {
        return isTooLow() ? isCompatible() ? Stream.of(versionObjection()) : breakObjections() : Stream.empty();
    }

    private Stream<String> breakObjections() {
        return differences.stream().filter(Difference::breaks).map(each -> after.at().file() + ":" + each.line() + ":" + each.column() + " " + each.where()
                + ": is " + each.after() + " and was " + each.before() + " in force; take it back, or make it version " + suggestedVersion()
                + " in a file of its own. " + each.meaning());
    }

    /** A lane tells by the version alone whether a change that waits was judged by what is in force. */
    private String versionObjection() {
        String others = others();
        return stated() + " and was " + versionBefore() + " in force; make it version " + suggestedVersion()
                + (others.isEmpty() ? "" : " for what differs: " + others) + ".";
    }

    private String versionObjection(KnownContract known) {
        return stated() + ", which has stood for other content since " + known.since().truncatedTo(ChronoUnit.SECONDS) + "; take back what differs ("
                + others() + "), or make it version " + (breaks() ? known.nextMajor() + " in a file of its own, or " + known.nextMinor() + " before a start"
                : known.nextMinor()) + ".";
    }

    private String stated() {
        Place place = after.at().key("version");
        return place.file() + ":" + place.line() + ":" + place.column() + " " + entity() + ".version: is " + versionAfter();
    }

    private String others() {
        return differences.stream().filter(each -> !each.isText()).map(Difference::where).distinct().collect(Collectors.joining(", "));
    }

    /**
     * Compares two files wherever they stand; neither has to be sound beyond its form.
     *
     * @throws ContractException where a file is no ODCS contract with a semantic version
     */
    public static ContractDiff between(Path before, Path after) {
        List<Finding> findings = new ArrayList<>();
        Optional<Odcs.Document> old = read(Source.of(before), findings);
        Optional<Odcs.Document> now = read(Source.of(after), findings);
        if (!isRead(findings)) {
            throw new ContractException(findings.stream().filter(Finding::isError).toList());
        }
        return new ContractDiff(old.orElseThrow(), now.orElseThrow());
    }

    private static boolean isRead(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.level(Profile.ODCS) == Finding.Level.ERROR);
    }

    private static Optional<Odcs.Document> read(Source source, List<Finding> findings) {
        Optional<Odcs.Document> document = OdcsReader.read(source, findings);
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
