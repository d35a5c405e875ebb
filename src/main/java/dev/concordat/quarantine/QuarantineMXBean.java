package dev.concordat.quarantine;

import java.util.List;

/** What an operator does with quarantined changes over JMX: {@code dev.concordat:type=Quarantine}. */
public interface QuarantineMXBean {
    /** Lines {@code name, state, attempts, rule, subject, sentence} of the newest waiting changes. */
    List<String> list(int limit);

    /** All that is known of a change but its bytes. */
    String show(String name);

    /** Sends the change through the front door again; says what came of it. */
    String replay(String name);

    /** Sends all waiting changes of a rule through the front door again; all rules for an empty one. */
    String replayAll(String rule);

    /** Ends the change for good, with a reason. */
    String discard(String name, String reason);

    /** How many changes wait over all regions that can be read; fails where none can. */
    long getWaiting();

    /** Why a region cannot be read, for each of those: what waits there is in no count. */
    List<String> getUnread();

    /** As {@link #list}, of those that are meant as in {@link #replayMany}. */
    List<String> listMany(String like, String rule, String region, int limit);

    /**
     * Sends those of the waiting changes through the front door again that have the cause of change {@code like}, broke {@code rule} and are kept in
     * {@code region}; each may be empty, for all.
     */
    String replayMany(String like, String rule, String region);

    /** Ends for good, with a reason, those that are meant as in {@link #replayMany}; none of them where they are more than {@code atMost}. */
    String discardMany(String like, String rule, String region, int atMost, String reason);
}
