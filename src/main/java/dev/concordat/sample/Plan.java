package dev.concordat.sample;

import java.util.ArrayList;
import java.util.List;

/** Shares the wanted number of changes out to customers: who gets a breach, a duplicate, a late change. */
final class Plan {
    private final long seed;
    private final Mix mix;
    private final List<Part> parts = new ArrayList<>();
    private int given;
    private int breaches;
    private int late;
    private int duplicates;

    Plan(long seed, int changes, Mix mix) {
        this.seed = seed;
        this.mix = mix;
        while (given < changes) {
            parts.add(next(changes - given));
        }
    }

    List<Part> parts() {
        return parts;
    }

    Script script(Part part) {
        return new Script(seed, part);
    }

    /** Id of another customer who lives in the region. */
    String other(int number, String region) {
        for (int step = 1; step < parts.size(); step++) {
            int candidate = Math.floorMod(number - step, parts.size());
            if (Script.countryOf(seed, candidate).region().equals(region)) {
                return Ids.customer(seed, candidate);
            }
        }
        throw new IllegalArgumentException("the plan is too small: region '" + region + "' has one customer only");
    }

    private Part next(int room) {
        Kind breach = breaches + 0.5 <= mix.breaches() * given ? turn(mix.firstKind() + breaches) : null;
        Late lateness = breach == null && late + 0.5 <= mix.late() * given ? Late.turn(late) : Late.NONE;
        int number = parts.size();
        int acts = script(new Part(number, given, breach, lateness, 0, Integer.MAX_VALUE)).acts().size();
        int wanted = (int) Math.round(mix.duplicates() * (given + acts)) - duplicates;
        int twice = Math.max(0, Math.min(wanted, acts - 1));
        if (acts + twice > room) {
            return new Part(number, advance(Math.min(acts, room)), null, Late.NONE, 0, room);
        }
        breaches += breach == null ? 0 : 1;
        late += lateness == Late.NONE ? 0 : 1;
        duplicates += twice;
        return new Part(number, advance(acts + twice), breach, lateness, twice, Integer.MAX_VALUE);
    }

    private long advance(int by) {
        long start = given;
        given += by;
        return start;
    }

    private static Kind turn(int number) {
        List<Kind> kinds = Kind.breaches();
        return kinds.get(number % kinds.size());
    }
}
