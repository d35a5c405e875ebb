package dev.concordat.tool;

import dev.concordat.change.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** What a bridge keeps that a contract can be tried on; reading it leaves no trace. */
public interface BridgeRecords {
    /**
     * A change that the bridge was sent, read and not judged.
     *
     * @param place where it lies, such as {@code topic crm.changes-3@120} or {@code quarantine eu-17}
     * @param rule  that put it into quarantine; empty elsewhere
     */
    record PastChange(String place, Change change, String rule) {
    }

    /**
     * What of a quarantine is not given.
     *
     * @param ofLedgers how many of the ledgers' changes wait there too: what is judged of those is the ledger's row when it is sent again
     * @param unread    why a region could not be read, for each of those
     */
    record LeftOut(long ofLedgers, List<String> unread) {
    }

    /** The folder with the contracts in force. */
    Path contracts();

    /** Gives the CRM's changes that are quarantined, of all regions, while more are wanted. */
    LeftOut quarantined(Predicate<PastChange> each);

    /** Gives what lies in the intake topic at the start of the reading, while more is wanted. */
    void received(Predicate<PastChange> each);
}
