package dev.concordat.faults;

import dev.concordat.sample.Faults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * One fault of a round.
 *
 * @param at     share of the round's changes that are sent before, from 0 to 1
 * @param target what it strikes: a bridge's number, a cluster, a line, an address that leads elsewhere, or the bridge to which something comes first; null where there
 *               is one only
 * @param millis how long it lasts
 * @param bytes  after which a line is cut, one connection after the other
 */
record Strike(What what, double at, Object target, int millis, List<Integer> bytes) {
    enum What {
        KILL_BRIDGE, FREEZE_BRIDGE, KILL_KAFKA, KILL_ACTIVEMQ, KILL_POSTGRES, CRM_ERRORS, CRM_SLOW, CRM_DOWN, CUT, HOLD, SILENCE,
        STORE_FULL, DISK_FULL, ASTRAY, ROLL_OUT, STOP_BRIDGE
    }

    /** What happens oftener, or can be done to more things, stands here oftener. */
    private static final List<What> OFTEN = List.of(What.KILL_BRIDGE, What.KILL_BRIDGE, What.KILL_BRIDGE, What.KILL_BRIDGE,
            What.FREEZE_BRIDGE, What.FREEZE_BRIDGE, What.KILL_KAFKA, What.KILL_KAFKA, What.KILL_ACTIVEMQ, What.KILL_POSTGRES,
            What.KILL_POSTGRES, What.KILL_POSTGRES, What.CRM_ERRORS, What.CRM_SLOW, What.CRM_DOWN, What.CUT, What.CUT, What.CUT, What.CUT,
            What.HOLD, What.HOLD, What.SILENCE, What.STORE_FULL, What.DISK_FULL);

    /** The address of a region's ledger leads to that of another. */
    record Detour(String region, String other) {
        static Detour draw(RandomGenerator dice) {
            int region = dice.nextInt(Line.REGIONS.size());
            return new Detour(Line.REGIONS.get(region), Line.REGIONS.get((region + dice.nextInt(1, Line.REGIONS.size())) % Line.REGIONS.size()));
        }

        @Override
        public String toString() {
            return region + " leads to ledger " + other;
        }
    }

    static Strike draw(RandomGenerator dice, int bridges, boolean diskCanBeFilled) {
        What what = OFTEN.get(dice.nextInt(OFTEN.size()));
        if (what == What.DISK_FULL && !diskCanBeFilled) {
            what = What.STORE_FULL;
        }
        return of(what, dice, bridges);
    }

    static Strike astray(RandomGenerator dice) {
        return of(What.ASTRAY, dice, 0);
    }

    /** A version of a contract, for some time with one bridge alone: no longer than another takes to see it and to yield, or longer. */
    static Strike rollOut(RandomGenerator dice, int bridges) {
        return of(What.ROLL_OUT, dice, bridges);
    }

    static Strike stop(RandomGenerator dice, int bridges) {
        return of(What.STOP_BRIDGE, dice, bridges);
    }

    private static Strike of(What what, RandomGenerator dice, int bridges) {
        // A roll-out early, so that changes come while the others yield.
        double at = dice.nextDouble(0.02, what == What.ROLL_OUT ? 0.2 : 1);
        Object target = switch (what) {
            case KILL_BRIDGE, FREEZE_BRIDGE, STOP_BRIDGE, ROLL_OUT -> dice.nextInt(bridges);
            case KILL_POSTGRES -> List.of("eu", "uk", "us", "directory").get(dice.nextInt(4));
            case CUT, HOLD, SILENCE -> Line.all().get(dice.nextInt(Line.all().size()));
            case ASTRAY -> Detour.draw(dice);
            default -> null;
        };
        int millis = switch (what) {
            case KILL_BRIDGE, STOP_BRIDGE, CUT, SILENCE -> 0;
            // Longer than the poll interval and the session that the bridges are given.
            case FREEZE_BRIDGE -> dice.nextInt(3_500, 5_500);
            case HOLD -> dice.nextInt(500, 6_500);
            // Longer than a lane that waits takes to look again.
            case ASTRAY -> dice.nextInt(2_500, 8_000);
            case ROLL_OUT -> dice.nextInt(1_000, 40_000);
            default -> dice.nextInt(200, 2_500);
        };
        var bytes = new ArrayList<Integer>();
        if (what == What.CUT) {
            for (int i = dice.nextInt(1, 6); i > 0; i--) {
                bytes.add((int) Math.pow(10, dice.nextDouble(0, 4.5)));
            }
        }
        return new Strike(what, at, target, millis, bytes);
    }

    /** Two faults of one round strike different things. */
    Object place() {
        return switch (what) {
            case KILL_BRIDGE, FREEZE_BRIDGE, STOP_BRIDGE -> "bridge " + target;
            case KILL_KAFKA -> Line.KAFKA;
            case KILL_ACTIVEMQ, STORE_FULL, DISK_FULL -> Line.ACTIVEMQ;
            case KILL_POSTGRES -> target.equals("directory") ? Line.DIRECTORY : Line.toLedger((String) target);
            case CRM_ERRORS, CRM_SLOW, CRM_DOWN -> Line.CRM;
            case CUT, HOLD, SILENCE -> target;
            case ASTRAY -> Line.toLedger(((Detour) target).region());
            case ROLL_OUT -> "contracts";
        };
    }

    void run(Ground ground, Bridges bridges) throws IOException, InterruptedException {
        switch (what) {
            case KILL_BRIDGE -> bridges.kill((Integer) target);
            case STOP_BRIDGE -> bridges.tellToStop((Integer) target);
            case FREEZE_BRIDGE -> {
                var frozen = bridges.freeze((Integer) target);
                Thread.sleep(millis);
                bridges.thaw(frozen);
            }
            case KILL_KAFKA -> restart(ground.kafka);
            case KILL_ACTIVEMQ -> restart(ground.activemq);
            case KILL_POSTGRES -> {
                ground.killPostgres((String) target);
                Thread.sleep(millis);
                ground.startPostgres((String) target);
            }
            case CRM_ERRORS, CRM_SLOW, CRM_DOWN -> {
                ground.crm.behave(faults());
                Thread.sleep(millis);
                ground.crm.behave(Faults.off());
            }
            case CUT -> ground.proxy((Line) target).cutAfter(bytes);
            case HOLD -> ground.proxy((Line) target).hold(millis);
            case SILENCE -> ground.proxy((Line) target).silence();
            case STORE_FULL -> {
                ground.activemq.tell(1);
                Thread.sleep(millis);
                ground.activemq.tell(1L << 30);
            }
            case DISK_FULL -> fillDisk(ground);
            case ASTRAY -> {
                ground.lead(((Detour) target).region(), ((Detour) target).other());
                Thread.sleep(millis);
                ground.lead(((Detour) target).region(), ((Detour) target).region());
            }
            case ROLL_OUT -> {
                bridges.raise((Integer) target);
                Thread.sleep(millis);
                bridges.bringAll();
            }
        }
    }

    private void restart(ServerProcess server) throws InterruptedException {
        server.kill();
        Thread.sleep(millis);
        server.start();
    }

    /**
     * Whoever looks after the broker makes room and starts it again, and once more where it ends at its own half-written journal file (seen once:
     * a NullPointerException in KahaDB's recovery, after it had dropped that file).
     */
    private void fillDisk(Ground ground) throws IOException, InterruptedException {
        ground.disk.fill();
        Thread.sleep(millis);
        ground.activemq.kill();
        ground.disk.free();
        try {
            ground.activemq.start();
        } catch (IllegalStateException e) {
            ground.activemq.start();
        }
    }

    private Faults faults() {
        return switch (what) {
            case CRM_ERRORS -> new Faults(200, 0.2, 0.3, 0.2, 0, Duration.ZERO, false);
            // Longer than the bridge waits for an answer.
            case CRM_SLOW -> new Faults(Integer.MAX_VALUE, 0, 0, 0, 0.05, Duration.ofSeconds(6), false);
            default -> Faults.outage();
        };
    }

    /** Such as {@code kill -9 of PostgreSQL uk, back after 1.2 s, at 34 %}. */
    @Override
    public String toString() {
        String seconds = String.format(Locale.ROOT, "%.1f s", millis / 1e3);
        Map<What, String> words = Map.ofEntries(
                Map.entry(What.KILL_BRIDGE, "kill -9 of bridge " + target),
                Map.entry(What.STOP_BRIDGE, "bridge " + target + " is told to stop"),
                Map.entry(What.FREEZE_BRIDGE, "bridge " + target + " stands still for " + seconds),
                Map.entry(What.KILL_KAFKA, "kill -9 of Kafka, started after " + seconds),
                Map.entry(What.KILL_ACTIVEMQ, "kill -9 of ActiveMQ, started after " + seconds),
                Map.entry(What.KILL_POSTGRES, "kill -9 of PostgreSQL " + target + ", started after " + seconds),
                Map.entry(What.CRM_ERRORS, "CRM with 429, 500 and 503 for " + seconds),
                Map.entry(What.CRM_SLOW, "CRM with one call in twenty that takes 6 s, for " + seconds),
                Map.entry(What.CRM_DOWN, "CRM that cuts every call for " + seconds),
                Map.entry(What.CUT, "line " + target + " cut after bytes " + bytes),
                Map.entry(What.HOLD, "line " + target + " stands still for " + seconds),
                Map.entry(What.SILENCE, "line " + target + " silent without an end"),
                Map.entry(What.STORE_FULL, "store limit of ActiveMQ reached for " + seconds),
                Map.entry(What.DISK_FULL, "disk of ActiveMQ full for " + seconds + ", then kill -9 and start"),
                Map.entry(What.ROLL_OUT, "contracts of a higher version for bridge " + target + ", for the others after " + seconds),
                Map.entry(What.ASTRAY, "address of ledger " + target + " for " + seconds));
        String word = target instanceof Line line ? words.get(what).replace(line.name(), line.word()) : words.get(what);
        return word + String.format(Locale.ROOT, ", at %.0f %%", at * 100);
    }
}
