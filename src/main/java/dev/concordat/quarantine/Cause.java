package dev.concordat.quarantine;

import dev.concordat.change.Breach;
import java.time.Instant;

/**
 * Changes that are in one state for one cause: their first breaches are of one group, and say the same up to the semicolon, after which
 * stands what differs from change to change.
 *
 * @param common   what the sentences of the breaches have in common
 * @param sentence what would be right: the whole sentence where all say the same, else what they have in common
 * @param example  the name of one of the changes
 */
public record Cause(Breach.Group group, String common, String sentence, long changes, Instant oldest, Instant newest, String example) {
    /** The keyword of what is said where there is no breach to read. */
    static final String UNREADABLE = "unreadable";

    /** @param same whether the first breaches of all the changes say the same as this one */
    static Cause of(Breach breach, boolean same, long changes, Instant oldest, Instant newest, String example) {
        String sentence = breach.groupSentence();
        int semicolon = sentence.indexOf(';');
        String common = semicolon < 0 ? sentence : sentence.substring(0, semicolon);
        return new Cause(breach.group(), common, same ? sentence : common, changes, oldest, newest, example);
    }

    /** Whether its changes' breaches are none: somebody else has written them. */
    boolean unreadable() {
        return group.keyword().equals(UNREADABLE);
    }

    /** In one line that tells it from all other causes. */
    String key() {
        return group.key() + " " + common;
    }

    Cause and(Cause other) {
        return new Cause(group, common, sentence.equals(other.sentence) ? sentence : common, changes + other.changes,
                oldest.isBefore(other.oldest) ? oldest : other.oldest, newest.isAfter(other.newest) ? newest : other.newest, example);
    }
}
