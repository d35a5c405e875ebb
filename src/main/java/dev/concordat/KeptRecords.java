package dev.concordat;

import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Quarantined;
import dev.concordat.change.Receipt;
import dev.concordat.quarantine.QuarantineStore;
import dev.concordat.quarantine.QuarantineStore.Original;
import dev.concordat.tool.BridgeRecords;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the bridge of the settings keeps, read where it lies: its contracts, its quarantine, its intake. */
final class KeptRecords implements BridgeRecords {
    private final Supplier<Settings> given;
    private final Supplier<Settings> found;

    /** @param found those given, with the addresses of the bridge that runs with them */
    KeptRecords(Supplier<Settings> given, Supplier<Settings> found) {
        this.given = given;
        this.found = found;
    }

    @Override
    public Path contracts() {
        return given.get().path("concordat.contracts");
    }

    @Override
    public LeftOut quarantined(Predicate<PastChange> each) {
        var settings = found.get();
        var reader = reader(settings);
        var ofLedgers = new AtomicLong();
        try (var databases = Databases.openBeside(settings)) {
            var unread = new QuarantineStore(databases.checked(databases.policy().regions()).ledgers()).originals(original -> {
                if (original.direction().equals(Quarantined.LEDGER_TO_CRM)) {
                    ofLedgers.incrementAndGet();
                    return true;
                }
                return each.test(new PastChange("quarantine " + original.name(), change(reader, original), original.rule()));
            });
            return new LeftOut(ofLedgers.get(), unread);
        }
    }

    /** As it would come back through the front door. */
    private static Change change(ChangeReader reader, Original original) {
        return reader.readStructured(new Receipt(original.name(), 0, 0, true, original.receipt(), original.id()), original.bytes());
    }

    @Override
    public void received(Predicate<PastChange> each) {
        var settings = found.get();
        if (!settings.has("concordat.kafka.brokers")) {
            throw new BridgeException("'concordat.kafka.brokers' is empty; it should be set in the settings file or as "
                    + "CONCORDAT_KAFKA_BROKERS, or a bridge with embedded parts should run");
        }
        var reader = reader(settings);
        try (var topic = new TopicReading(settings, settings.text("concordat.intake.topic"))) {
            topic.read((headers, value) -> {
                Change change = reader.readRecord(headers, value);
                return each.test(new PastChange("topic " + change.receipt().position(), change, ""));
            });
        }
    }

    private static ChangeReader reader(Settings settings) {
        return new ChangeReader(settings.number("concordat.change.largest"));
    }
}
