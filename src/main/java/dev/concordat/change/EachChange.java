package dev.concordat.change;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a step take the changes of a batch one by one: a change on which it fails goes to quarantine, its neighbours go on. */
public final class EachChange {
    private static final Logger LOG = LoggerFactory.getLogger(EachChange.class);

    private EachChange() {
    }

    /** Has the step take each change, in place; returns the batch. */
    public static List<Change> of(List<Change> batch, Consumer<Change> step) {
        for (Change change : batch) {
            one(change, step);
        }
        return batch;
    }

    /** Has the step take one change, in place. */
    public static void one(Change change, Consumer<Change> step) {
        try {
            step.accept(change);
        } catch (RuntimeException e) {
            LOG.error("a change could not be judged: receipt={} cause={}", change.receipt().position(), e.getClass().getName());
            LOG.debug("a change could not be judged", e);
            change.breach(new Breach("not-judged", change.contract(), "", "not-judged",
                    "The bridge should be able to judge the change; it failed with " + e.getClass().getSimpleName()));
        }
    }
}
