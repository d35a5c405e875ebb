package dev.concordat.faults;

import dev.concordat.sample.Emission;
import dev.concordat.sample.Kind;
import dev.concordat.sample.Mix;
import dev.concordat.sample.Phase;
import dev.concordat.sample.Teller;
import dev.concordat.sample.Traffic;
import dev.concordat.sample.TrafficSender;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.KafkaException;

/** One round: traffic and faults from one seed, then a look at everything. */
final class Round {
    private static final int STRIKES = 3;
    /** Longer than a bridge takes to yield to one with newer contracts. */
    private static final int ROLL_OUT_SECONDS = 40;
    private static final List<Integer> BATCHES = List.of(20, 100, 2_000);
    private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(120);
    private static final Duration AT_MOST = Duration.ofMinutes(6);
    private static final long LOOK_EVERY_MS = 200;

    private final long seed;
    private final int bridges;
    private final int batch;
    private final int perSecond;
    private final Traffic traffic;
    private final List<Phase> phases;
    private final List<Strike> strikes;
    private final Set<OwnRules.Refused> refused;

    /** @param differences empty where the round was passed */
    record Result(long seed, String what, List<String> faults, List<String> differences, Duration time) {
        boolean passed() {
            return differences.isEmpty();
        }
    }

    /**
     * @param strikes their targets have to be there with so many bridges
     * @param refused by rules of the ledgers' own; empty where they have none
     */
    Round(long seed, int bridges, int batch, int perSecond, Traffic traffic, List<Strike> strikes, Set<OwnRules.Refused> refused) {
        this.seed = seed;
        this.bridges = bridges;
        this.batch = batch;
        this.perSecond = perSecond;
        this.traffic = traffic;
        this.phases = traffic.phases().stream().map(phase -> made(phase, refused)).toList();
        this.strikes = List.copyOf(strikes);
        this.refused = refused;
    }

    /** The round that the seed makes; everything in it follows from the seed, but when what happens to the bridge. */
    static Round of(long seed, boolean diskCanBeFilled) {
        var dice = new SplittableRandom(seed);
        int batch = BATCHES.get(dice.nextInt(BATCHES.size()));
        int perSecond = dice.nextInt(100, 500);
        return of(seed, dice, batch, perSecond, 150, 450, diskCanBeFilled, true);
    }

    /** The round of a seed in which changes come faster than a bridge takes them, so that its batches are full and it reads ahead of them. */
    static Round backlog(long seed, boolean diskCanBeFilled) {
        var dice = new SplittableRandom(seed);
        return of(seed, dice, dice.nextInt(40, 200), 20_000, 3_000, 6_000, diskCanBeFilled, false);
    }

    /**
     * @param most     changes, at least {@code least}
     * @param rollsOut whether a version of the contracts may come meanwhile, for which the changes have to come slower
     */
    private static Round of(long seed, SplittableRandom dice, int batch, int perSecond, int least, int most, boolean diskCanBeFilled, boolean rollsOut) {
        // Every other eight, so that bridges are not started and stopped for each round.
        int bridges = 1 + (int) Math.floorMod(seed / 8, 2L);
        var mix = new Mix(0.10, 0.10, 0.06, dice.nextInt(Kind.breaches().size()));
        var traffic = new Traffic(seed, dice.nextInt(least, most), mix, Clock.systemUTC());
        var strikes = new LinkedHashMap<Object, Strike>();
        for (int wanted = 1 + dice.nextInt(STRIKES); strikes.size() < wanted; ) {
            add(Strike.draw(dice, bridges, diskCanBeFilled), strikes);
        }
        // This and what follows is drawn last, so that a seed keeps the traffic and the faults that it made before there was more.
        if (dice.nextInt(4) == 0) {
            add(Strike.astray(dice), strikes);
        }
        Set<OwnRules.Refused> refused = dice.nextInt(3) == 0 ? OwnRules.draw(dice) : Set.of();
        int pace = perSecond;
        if (rollsOut && bridges > 1 && dice.nextInt(5) == 0) {
            add(Strike.rollOut(dice, bridges), strikes);
            pace = Math.min(perSecond, Math.max(1, traffic.changes() / ROLL_OUT_SECONDS));
        }
        if (dice.nextInt(4) == 0) {
            add(Strike.stop(dice, bridges), strikes);
        }
        return new Round(seed, bridges, batch, pace, traffic, List.copyOf(strikes.values()), refused);
    }

    /** What is struck already is left to that. */
    private static void add(Strike strike, Map<Object, Strike> strikes) {
        strikes.putIfAbsent(strike.place(), strike);
    }

    /** Made once, so that what is sent and what is expected are the same bytes. */
    private static Phase made(Phase phase, Set<OwnRules.Refused> refused) {
        List<Emission> emissions = StreamSupport.stream(phase.emissions().spliterator(), false).map(each -> OwnRules.judged(each, refused)).toList();
        return new Phase(phase.name(), emissions);
    }

    List<Emission> emissions() {
        var emissions = new ArrayList<Emission>();
        phases.forEach(phase -> phase.emissions().forEach(emissions::add));
        return emissions;
    }

    Result run(Session session) {
        long begun = System.nanoTime();
        List<String> differences;
        Map<Line, Integer> cuts = new EnumMap<>(Line.class);
        int starts = session.bridges.starts();
        try {
            differences = play(session, cuts);
        } catch (Exception e) {
            differences = unfinished(session, e);
        }
        var faults = strikes.stream().map(strike -> strike + (strike.what() == Strike.What.CUT
                ? " (" + cuts.getOrDefault((Line) strike.target(), 0) + " cut)" : "")).toList();
        long own = emissions().stream().filter(emission -> emission.kind() == Kind.LEDGER_REFUSED).map(Emission::id).distinct().count();
        String what = "%d changes, %d a second, bridges: %d, started: %d%s".formatted(traffic.changes(), perSecond, bridges,
                session.bridges.starts() - starts, refused.isEmpty() ? "" : ", rules of the ledgers' own, " + own + " refused");
        return new Result(seed, what, faults, differences, Duration.ofNanos(System.nanoTime() - begun));
    }

    private static List<String> unfinished(Session session, Exception failure) {
        session.bridges.dumpThreads();
        var lines = new ArrayList<String>();
        lines.add("the round could not be played to its end: " + failure.getMessage());
        try {
            lines.addAll(session.books.differences());
        } catch (SQLException | KafkaException e) {
            lines.add("what the servers hold cannot be compared: " + e.getClass().getSimpleName());
        }
        return lines;
    }

    private List<String> play(Session session, Map<Line, Integer> cuts) throws Exception {
        session.ownRules.lay(refused);
        session.bridges.want(bridges, batch);
        traffic.postings().forEach(session::enter);
        try (var teller = new Teller(session.ground.ledgers(), traffic.postings()).start();
                var sender = new TrafficSender(session.ground.crm, session.ground.brokers(), "crm.changes")) {
            session.enter(phases.get(0));
            var sending = CompletableFuture.runAsync(() -> send(phases.get(0), sender));
            var striking = strikes.stream().map(strike -> CompletableFuture.runAsync(() -> run(strike, session, sender))).toList();
            sending.get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
            for (var strike : striking) {
                strike.get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
            }
            awaitDrained(session, teller, false);
            cuts.putAll(session.ground.heal());
            session.enter(phases.get(1));
            send(phases.get(1), sender);
            awaitDrained(session, teller, true);
            return session.books.differences();
        } finally {
            session.ground.heal();
        }
    }

    private void send(Phase phase, TrafficSender sender) {
        try {
            sender.send(phase, perSecond);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Strike strike, Session session, TrafficSender sender) {
        try {
            while (sender.progress().sent() < (long) (strike.at() * emissionsOfFirst())) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            strike.run(session.ground, session.bridges);
        } catch (Exception e) {
            throw new IllegalStateException("fault '" + strike + "' could not be made: " + e, e);
        }
    }

    private long emissionsOfFirst() {
        return StreamSupport.stream(phases.get(0).emissions().spliterator(), false).count();
    }

    /** @param end whether nothing more will be sent: what is still parked then is an orphan */
    private void awaitDrained(Session session, Teller teller, boolean end) throws InterruptedException, SQLException {
        long begun = System.nanoTime();
        long moved = begun;
        Object last = null;
        while (true) {
            Object now;
            try {
                var standing = session.standing();
                now = standing;
                // Twice the same: what the CRM answers to what it is told is on its way between two looks.
                if (standing.drained() && standing.equals(last) && teller.awaitDone(0, TimeUnit.SECONDS)) {
                    if (standing.counts().parked() == 0 || !end && onlyOrphans(session)) {
                        return;
                    }
                    if (end) {
                        session.lanes.endWaiting();
                    }
                }
            } catch (SQLException | KafkaException e) {
                now = e.getClass().getSimpleName();
            }
            long looked = System.nanoTime();
            moved = now.equals(last) ? moved : looked;
            last = now;
            if (looked - moved > WITHOUT_PROGRESS.toNanos() || looked - begun > AT_MOST.toNanos()) {
                throw new IllegalStateException("not drained after %d s, without progress for %d s: %s; booked %d of %d".formatted(
                        (looked - begun) / 1_000_000_000, (looked - moved) / 1_000_000_000, now, teller.booked(), teller.total()));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
    }

    private static boolean onlyOrphans(Session session) throws SQLException {
        return session.lanes.ends().stream().filter(each -> each.table().equals("parked"))
                .allMatch(each -> session.isOrphan(each.receipt()));
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + strikes.stream().map(Strike::toString).collect(Collectors.joining("; "));
    }
}
