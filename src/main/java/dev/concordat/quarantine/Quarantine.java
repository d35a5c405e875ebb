package dev.concordat.quarantine;

import dev.concordat.BridgeException;
import dev.concordat.quarantine.QuarantineStore.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's verbs in words, the same on the command line and over JMX. */
public final class Quarantine implements QuarantineMXBean {
    /** What stands for all rules over JMX, where nobody is to replay a whole quarantine by leaving a field empty. */
    static final String ALL = "all";

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final QuarantineStore store;
    private final List<String> regions;

    public Quarantine(QuarantineStore store, List<String> regions) {
        this.store = store;
        this.regions = regions;
    }

    @Override
    public List<String> list(int limit) {
        return list(Selection.ALL, limit);
    }

    private List<String> list(Selection which, int limit) {
        var found = store.list("quarantined", which, limit);
        return Stream.concat(found.entries().stream().map(Quarantine::line), found.unread().stream()).toList();
    }

    private static String line(Entry entry) {
        return "%-10s %-11s %2d  %-22s %-24s %s".formatted(entry.name(), entry.state(), entry.attempts(), entry.rule(),
                entry.subject() == null ? "-" : entry.subject(), entry.breaches().get(0).sentence());
    }

    @Override
    public List<String> listMany(String like, String rule, String region, int limit) {
        return list(given(like, rule, region), limit);
    }

    @Override
    public String show(String name) {
        return store.find(name).map(Quarantine::describe).orElse(none(name));
    }

    /** What is said where no change has the name. */
    public static String none(String name) {
        return "there is no quarantined change " + name;
    }

    /**
     * Which changes an operator means; all for null in each.
     *
     * @param like the name of a change, in whatever state, whose cause they have
     */
    public Selection selection(String like, String rule, String region) {
        if (rule != null && hasNul(rule)) {
            throw new BridgeException("the rule should be one that `list` shows, such as schema");
        }
        if (region != null && !regions.contains(region)) {
            throw new BridgeException("the region [" + region + "] should be one of " + String.join(", ", regions));
        }
        return new Selection(region, rule, like == null ? null : store.cause(like).orElseThrow(() -> new BridgeException(none(like))));
    }

    /** As {@link #selection}; what is blank was not given. */
    private Selection given(String like, String rule, String region) {
        return selection(given(like), given(rule), given(region));
    }

    private static String given(String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** What is said where none of those that are meant is found in a state. */
    public String nothing(String state, Selection which) {
        return which.nothing(state, which.rule() == null ? List.of() : store.groups(state, new Selection(which.region(), null, null)).entries().stream()
                .map(cause -> cause.group().rule()).distinct().toList());
    }

    /** All that is known of a change. */
    public static String describe(Entry entry) {
        return """
                change       %s
                state        %s%s
                since        %s
                subject      %s
                direction    %s
                source, id   %s, %s
                contract     %s
                changed at   %s
                quarantined  %s
                attempts     %d
                size         %d bytes
                breaches
                %s""".formatted(entry.name(), entry.state(), entry.reason() == null ? "" : " (" + line(entry.reason()) + ")", entry.stateAt(),
                entry.subject() == null ? "-" : Escaped.line(entry.subject()), entry.direction(), Escaped.line(entry.source()), Escaped.line(entry.id()),
                entry.contract(),
                entry.changedAt() == null ? "-" : entry.changedAt(), entry.quarantinedAt(), entry.attempts(), entry.size(),
                entry.breaches().stream().map(breach -> "  %s %s %s\n    %s".formatted(breach.rule(), breach.keyword(),
                        Escaped.line(breach.pointer()), Escaped.line(breach.sentence()))).collect(Collectors.joining("\n")));
    }

    /** An operator's text on one line. */
    public static String line(String text) {
        return Escaped.line(text.replaceAll("\\p{Cntrl}+", " "));
    }

    /**
     * What became of a verb, in words.
     *
     * @param changes that it changed
     */
    public record Said(boolean done, int changes, String words) {
        private static Said nothing(String words) {
            return new Said(false, 0, words);
        }
    }

    @Override
    public String replay(String name) {
        return told(replayOne(name), () -> "replay change=" + name);
    }

    /** What an operator hears who has worked a verb over JMX; the log hears of it where it changed something. */
    private static String told(Said said, Supplier<String> operation) {
        if (said.changes > 0) {
            LOG.info("quarantine worked over JMX: operation={}", operation.get());
        }
        return said.words;
    }

    private static String told(Said said, String operation, String like, String rule, String region) {
        return told(said, () -> operation + " like=" + like + " rule=" + rule + " region=" + region + " changes=" + said.changes);
    }

    /** See {@link #replay}. */
    public Said replayOne(String name) {
        return store.replay(name) ? new Said(true, 1, name + " goes through the front door again") : not("replayed", name);
    }

    private Said not(String verb, String name) {
        return Said.nothing(store.find(name).map(entry -> name + " is " + entry.state() + "; only a quarantined change can be " + verb)
                .orElse(none(name)));
    }

    @Override
    public String replayAll(String rule) {
        if (given(rule) == null) {
            return "a rule should be given, such as schema, or " + ALL + " for the whole quarantine";
        }
        var said = replayMany(selection(null, rule.equals(ALL) ? null : rule, null));
        return told(said, () -> "replayAll rule=" + rule + " changes=" + said.changes);
    }

    @Override
    public String replayMany(String like, String rule, String region) {
        if (given(like) == null && given(rule) == null && given(region) == null) {
            return "a change whose cause they have, a rule or a region should be given; replayAll replays the whole quarantine";
        }
        return told(replayMany(given(like, rule, region)), "replayMany", like, rule, region);
    }

    /**
     * Replays all that are meant.
     *
     * @return done where any was replayed, and no region was away
     */
    public Said replayMany(Selection which) {
        return each(which, (region, replayed) -> store.replayAll(region, which, replayed),
                replayed -> (replayed == 1 ? "1 change goes" : replayed + " changes go") + " through the front door again");
    }

    /** Does a verb in each region. One whose ledger is away keeps none of the others back, and is named. */
    private Said each(Selection which, BiConsumer<String, IntConsumer> verb, IntFunction<String> words) {
        var done = new AtomicInteger();
        var asked = which.region() == null ? regions : List.of(which.region());
        var away = new ArrayList<String>();
        for (String region : asked) {
            try {
                verb.accept(region, done::addAndGet);
            } catch (BridgeException e) {
                away.add(e.getMessage());
            }
        }
        var said = new ArrayList<String>(away);
        if (done.get() > 0 || away.size() < asked.size()) {
            said.add(0, done.get() == 0 ? nothing("quarantined", which) : words.apply(done.get()));
        }
        return new Said(done.get() > 0 && away.isEmpty(), done.get(), String.join("\n", said));
    }

    @Override
    public String discard(String name, String reason) {
        return told(discardOne(name, reason), () -> "discard change=" + name + " reason=" + reason.length() + " characters");
    }

    /** See {@link #discard}. */
    public Said discardOne(String name, String reason) {
        var objection = objection(reason);
        if (objection.isPresent()) {
            return Said.nothing(objection.get());
        }
        return store.discard(name, reason) ? new Said(true, 1, name + " is discarded") : not("discarded", name);
    }

    @Override
    public String discardMany(String like, String rule, String region, int atMost, String reason) {
        return told(discardMany(given(like, rule, region), atMost, reason), "discardMany", like, rule, region);
    }

    /**
     * Discards all that are meant, or none where they are more than expected: no verb takes it back.
     *
     * @param most changes that may be discarded
     * @return done where any was discarded, and no region was away
     */
    public Said discardMany(Selection which, int most, String reason) {
        var objection = objection(reason);
        if (objection.isPresent()) {
            return Said.nothing(objection.get());
        }
        long meant = store.groups("quarantined", which).entries().stream().mapToLong(Cause::changes).sum();
        int allowed = Math.max(0, most);
        if (meant > allowed) {
            return Said.nothing("nothing is discarded: it would be " + meant + (meant == 1 ? " change" : " changes") + ", and at most " + allowed
                    + " may be; `--at-most " + meant + "` would discard them");
        }
        var left = new AtomicInteger(allowed);
        return each(which, (region, discarded) -> store.discardAll(region, which, reason, left.get(), discarded.andThen(count -> left.addAndGet(-count))), discarded -> discarded == 1 ? "1 change is discarded" : discarded + " changes are discarded");
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
