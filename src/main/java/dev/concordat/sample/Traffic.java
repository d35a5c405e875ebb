package dev.concordat.sample;

import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the sample CRM sends: customers and accounts of three regions, with the duplicates, the late changes and the
 * breaches of real life. Seed, number of changes and clock decide every byte.
 */
public final class Traffic {
    private final long seed;
    private final int changes;
    private final Clock clock;
    private final Plan plan;

    /** @param clock tells each change's time when it is made */
    public Traffic(long seed, int changes, Clock clock) {
        this(seed, changes, Mix.EVERYDAY, clock);
    }

    public Traffic(long seed, int changes, Mix mix, Clock clock) {
        this.seed = seed;
        this.changes = changes;
        this.clock = clock;
        this.plan = new Plan(seed, changes, mix);
    }

    public long seed() {
        return seed;
    }

    /** How many emissions all phases have together. */
    public int changes() {
        return changes;
    }

    public int customers() {
        return plan.parts().size();
    }

    /** Everyday life first; then what the ledgers can only judge once they hold all of it and its bookings. */
    public List<Phase> phases() {
        return List.of(
                new Phase("everyday", () -> new Schedule(seed, plan, changes, clock)),
                new Phase("settled", this::settled));
    }

    /** What the teller books between the phases. */
    public Stream<Posting> postings() {
        return plan.parts().stream().flatMap(part -> plan.script(part).postings().stream());
    }

    private Iterator<Emission> settled() {
        People people = new People();
        Breaches breaches = new Breaches(seed, plan);
        return plan.parts().stream()
                .filter(part -> part.breach() != null && part.breach().settled())
                .map(part -> new Story(seed, plan.script(part), people, breaches))
                .flatMap(story -> story.steps().stream())
                .filter(step -> step.kind().settled())
                .map(step -> Event.emission(step, clock.instant()))
                .iterator();
    }
}
