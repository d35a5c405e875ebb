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
}
