package dev.concordat.quarantine;

import dev.concordat.BridgeException;
import dev.concordat.quarantine.QuarantineStore.Entry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator's verbs in words, the same on the command line and over JMX. */
public final class Quarantine implements QuarantineMXBean {
    private final QuarantineStore store;
    private final List<String> regions;

    public Quarantine(QuarantineStore store, List<String> regions) {
        this.store = store;
        this.regions = regions;
    }

    @Override
    public List<String> list(int limit) {
        var found = store.list("quarantined", null, null, limit);
        return Stream.concat(found.entries().stream().map(Quarantine::line), found.unread().stream()).toList();
    }

    private static String line(Entry entry) {
        return "%-10s %-11s %2d  %-22s %-24s %s".formatted(entry.name(), entry.state(), entry.attempts(), entry.rule(),
                entry.subject() == null ? "-" : entry.subject(), entry.breaches().get(0).sentence());
    }

    @Override
    public String show(String name) {
        return store.find(name).map(Quarantine::describe).orElse(none(name));
    }

    /** What is said where no change has the name. */
    public static String none(String name) {
        return "there is no quarantined change " + name;
    }

    /** What is said where nothing is found in a state, of a region and a rule or of all for null. */
    public String nothing(String state, String region, String rule) {
        var rules = rule == null ? List.<String>of()
                : store.groups(state, region, null).entries().stream().map(cause -> cause.group().rule()).distinct().toList();
        return rules.isEmpty() ? "nothing is " + state
                : "nothing " + state + " breaks rule [" + rule + "]; there are: " + String.join(", ", rules);
    }

    /** All that is known of a change. */
    public static String describe(Entry entry) {
        return """
                change       %s
                state        %s%s
                subject      %s
                direction    %s
                source, id   %s, %s
                contract     %s
                changed at   %s
                quarantined  %s
                attempts     %d
                size         %d bytes
                breaches
                %s""".formatted(entry.name(), entry.state(), entry.reason() == null ? "" : " (" + entry.reason().replaceAll("\\p{Cntrl}+", " ") + ")",
                entry.subject() == null ? "-" : entry.subject(), entry.direction(), entry.source(), entry.id(), entry.contract(),
                entry.changedAt() == null ? "-" : entry.changedAt(), entry.quarantinedAt(), entry.attempts(), entry.size(),
                entry.breaches().stream().map(breach -> "  %s %s %s\n    %s".formatted(breach.rule(), breach.keyword(),
                        breach.pointer(), breach.sentence())).collect(Collectors.joining("\n")));
    }

    /** What became of a verb, in words. */
    public record Said(boolean done, String words) {
    }

    @Override
    public String replay(String name) {
        return replayOne(name).words;
    }

    /** See {@link #replay}. */
    public Said replayOne(String name) {
        return store.replay(name) ? new Said(true, name + " goes through the front door again") : not("replayed", name);
    }

    private Said not(String verb, String name) {
        return new Said(false, store.find(name).map(entry -> name + " is " + entry.state() + "; only a quarantined change can be " + verb)
                .orElse(none(name)));
    }

    @Override
    public String replayAll(String rule) {
        return replayMany(null, rule == null || rule.isBlank() ? null : rule).words;
    }

    /**
     * Replays all of a region and a rule, of all for null. A region whose ledger is away keeps none of the others back, and is named.
     *
     * @return done where any was replayed, and no region was away
     */
    public Said replayMany(String region, String rule) {
        if (rule != null && hasNul(rule)) {
            return new Said(false, "the rule should be one that `list` shows, such as schema");
        }
        int replayed = 0;
        var away = new StringBuilder();
        for (String each : region == null ? regions : List.of(region)) {
            try {
                replayed += store.replayAll(each, rule);
            } catch (BridgeException e) {
                away.append('\n').append(e.getMessage());
            }
        }
        if (replayed == 0 && away.isEmpty()) {
            return new Said(false, nothing("quarantined", region, rule));
        }
        return new Said(away.isEmpty(), (replayed == 1 ? "1 change goes" : replayed + " changes go") + " through the front door again" + away);
    }

    @Override
    public String discard(String name, String reason) {
        return discardOne(name, reason).words;
    }

    /** See {@link #discard}. */
    public Said discardOne(String name, String reason) {
        var objection = objection(reason);
        if (objection.isPresent()) {
            return new Said(false, objection.get());
        }
        return store.discard(name, reason) ? new Said(true, name + " is discarded") : not("discarded", name);
    }

    /** Why a change cannot be discarded for a reason; empty where it can. */
    public static Optional<String> objection(String reason) {
        if (reason == null || reason.isBlank()) {
            return Optional.of("a reason should be given; it is kept with the change");
        }
        return hasNul(reason) ? Optional.of("the reason should be a text without the character U+0000; it is kept with the change") : Optional.empty();
    }

    /** PostgreSQL keeps no such text. */
    private static boolean hasNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    @Override
    public long getWaiting() {
        var found = store.waiting();
        if (found.none()) {
            throw new BridgeException(String.join("\n", found.unread()));
        }
        return found.entries().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public List<String> getUnread() {
        return store.waiting().unread();
    }
}
