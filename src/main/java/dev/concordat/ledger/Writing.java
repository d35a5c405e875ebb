package dev.concordat.ledger;

import java.time.Duration;
import java.util.List;

/** What one statement is to write to a ledger. */
interface Writing {
    /** The statement as JDBC takes it. */
    String sql();

    /** The statement's parameters in their order: arrays, but for a number. */
    List<Object> parameters();

    /** The changes that it is given. */
    List<LaneRecord> records();

    /** How long the ledger may take; zero for as long as it will. */
    Duration patience();

    /** The same in whole seconds. */
    default int seconds() {
        return (int) patience().plusMillis(999).toSeconds();
    }
}
