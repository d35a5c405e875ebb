package dev.concordat.quarantine;

import dev.concordat.Described;
import java.util.List;

/** What an operator does with quarantined changes over JMX: {@code dev.concordat:type=Quarantine}. */
@Described("What an operator does with quarantined changes, of all regions")
public interface QuarantineMXBean {
    /** Lines {@code name, state, attempts, rule, subject, sentence} of the newest waiting changes. */
    @Described("Lists the newest changes that wait: name, state, attempts, rule, subject and what would be right")
    List<String> list(@Described("At most so many changes") int limit);

    /** All that is known of a change but its bytes. */
    @Described("Shows all that is known of a change but its bytes")
    String show(@Described("Name of the change, such as eu-17; list shows them") String name);

    /** Sends the change through the front door again; says what came of it. */
    @Described("Sends a change through the front door again; harmless twice")
    String replay(@Described("Name of the change, such as eu-17; list shows them") String name);

    /** Sends all waiting changes of a rule through the front door again; of all rules for {@value Quarantine#ALL}. */
    @Described("Sends all waiting changes that broke a rule through the front door again; harmless twice")
    String replayAll(@Described("The rule, such as schema; all for the whole quarantine") String rule);

    /** Ends the change for good, with a reason. */
    @Described("Ends a change for good")
    String discard(@Described("Name of the change, such as eu-17; list shows them") String name,
            @Described("Why; kept with the change") String reason);

    /** How many changes wait over all regions that can be read; fails where none can. */
    @Described("How many changes wait over all regions that can be read")
    long getWaiting();

    /** Why a region cannot be read, for each of those: what waits there is in no count. */
    @Described("Why a region cannot be read, for each of those: what waits there is in no count")
    List<String> getUnread();

    /** As {@link #list}, of those that are meant as in {@link #replayMany}; of all where nothing is given. */
    @Described("Lists the newest changes that wait and have a cause, broke a rule or are kept in a region; what is left empty does not matter")
    List<String> listMany(@Described("Name of a change whose cause they have, such as eu-17") String like, @Described("The rule, such as schema") String rule,
            @Described("The region, such as eu") String region, @Described("At most so many changes") int limit);

    /**
     * Sends those of the waiting changes through the front door again that have the cause of change {@code like}, broke {@code rule} and are kept in
     * {@code region}; one or two may be empty, for all.
     */
    @Described("Sends waiting changes that have a cause, broke a rule or are kept in a region through the front door again; harmless twice")
    String replayMany(@Described("Name of a change whose cause they have, such as eu-17") String like, @Described("The rule, such as schema") String rule,
            @Described("The region, such as eu") String region);

    /** Ends for good, with a reason, those that are meant as in {@link #replayMany}; none of them where they are more than {@code atMost}. */
    @Described("Ends changes for good that have a cause, broke a rule or are kept in a region; none where they are more than allowed")
    String discardMany(@Described("Name of a change whose cause they have, such as eu-17") String like, @Described("The rule, such as schema") String rule,
            @Described("The region, such as eu") String region, @Described("So many changes may end at most") int atMost,
            @Described("Why; kept with the changes") String reason);
}
