package dev.concordat.sample;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** Interleaves the stories of the customers; holds only those that have begun and not ended. */
final class Schedule implements Iterator<Emission> {
    private static final int BURST = 5;

    private final long seed;
    private final Plan plan;
    private final Clock clock;
    private final int longestGap;
    private final People people = new People();
    private final Iterator<Part> parts;
    private final PriorityQueue<Slot> slots = new PriorityQueue<>();
    private Part next;
    private long order;

    Schedule(long seed, Plan plan, int changes, Clock clock) {
        this.seed = seed;
        this.plan = plan;
        this.clock = clock;
        this.longestGap = Math.max(2, Math.min(400, changes / 40));
        this.parts = plan.parts().iterator();
        this.next = parts.next();
    }

    /** A place in the order of sending; a repeated one sends again what the original sent. */
    private static final class Slot implements Comparable<Slot> {
        private final long at;
        private final long order;
        private final Step step;
        private final Slot original;
        private Emission sent;

        Slot(long at, long order, Step step, Slot original) {
            this.at = at;
            this.order = order;
            this.step = step;
            this.original = original;
        }

        @Override
        public int compareTo(Slot other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    @Override
    public boolean hasNext() {
        return next != null || !slots.isEmpty();
    }

    @Override
    public Emission next() {
        while (next != null && (slots.isEmpty() || next.start() <= slots.peek().at)) {
            open(next);
            next = parts.hasNext() ? parts.next() : null;
        }
        Slot slot = slots.poll();
        if (slot == null) {
            throw new NoSuchElementException("every change of the phase was sent");
        }
        slot.sent = slot.original == null ? Event.emission(slot.step, clock.instant()) : slot.original.sent.again();
        return slot.sent;
    }

    private void open(Part part) {
        Dice dice = Dice.at(seed, part.number(), 4);
        List<Step> steps = new Story(seed, plan.script(part), people, new Breaches(seed, plan)).steps().stream()
                .filter(step -> !step.kind().settled()).toList();
        List<Slot> first = inOrder(steps, times(steps, part.start(), dice));
        slots.addAll(first);
        List<Slot> sound = new ArrayList<>(first.stream().filter(slot -> !slot.step.kind().breach()).toList());
        for (int i = 0; i < part.duplicates(); i++) {
            Slot original = sound.remove(dice.below(sound.size()));
            slots.add(new Slot(original.at + 1 + gap(dice), order++, original.step, original));
        }
    }

    private List<Slot> inOrder(List<Step> steps, long[] times) {
        List<Slot> first = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            first.add(new Slot(times[i], order++, steps.get(i), null));
        }
        return first;
    }

    private long[] times(List<Step> steps, long start, Dice dice) {
        long[] times = new long[steps.size()];
        long at = start;
        for (int i = 0; i < times.length; i++) {
            times[i] = at;
            at += gap(dice);
        }
        for (int i = 0; i + 1 < times.length; i++) {
            if (steps.get(i).overtaken()) {
                long earlier = times[i];
                times[i] = times[i + 1];
                times[i + 1] = earlier;
            }
        }
        return times;
    }

    private int gap(Dice dice) {
        return 1 + dice.below(dice.chance(0.1) ? BURST : longestGap);
    }
}
