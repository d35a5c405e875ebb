package dev.concordat.tool;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** A bridge with the shipped contracts, and what it was sent. */
record ShippedRecords(List<PastChange> changes, List<String> unread) implements BridgeRecords {
    ShippedRecords() {
        this(List.of());
    }

    ShippedRecords(List<PastChange> changes) {
        this(changes, List.of());
    }

    @Override
    public Path contracts() {
        return Path.of("contracts");
    }

    @Override
    public LeftOut quarantined(Predicate<PastChange> each) {
        received(each);
        return new LeftOut(0, unread);
    }

    @Override
    public void received(Predicate<PastChange> each) {
        for (PastChange change : changes) {
            if (!each.test(change)) {
                return;
            }
        }
    }
}
