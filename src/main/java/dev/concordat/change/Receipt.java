package dev.concordat.change;

/**
 * Where and how a change was received: the identity of the delivery, not of the change.
 *
 * @param topic     the intake; a change delivered again after a crash keeps topic, partition and offset, a change sent
 *                  twice has two receipts
 * @param returned  false for a change that the source sent; true for one that quarantine or parking sent back through
 *                  the front door, which is not counted as received again
 * @param first     position of a returned change's first delivery, under which it is booked; null where it is the first
 * @param identity  the id under which quarantine keeps a returned change that names none itself; null otherwise
 * @param under     whether a returned change is its first delivery still, which has no end yet: its lane has sent it back to be judged again
 */
public record Receipt(String topic, int partition, long offset, boolean returned, String first, String identity, boolean under) {
    /** Of a delivery that has ended, or of a first one. */
    public Receipt(String topic, int partition, long offset, boolean returned, String first, String identity) {
        this(topic, partition, offset, returned, first, identity, false);
    }

    /** Whether this is another delivery than the one under which the change is booked. */
    public boolean isFurther() {
        return returned && !under;
    }

    /** The delivery: where this one was received, or the first one that it still is. */
    public String delivery() {
        return under ? booked() : position();
    }

    /** Where this record was received, such as {@code crm.changes-3@1234}. */
    public String position() {
        return topic + "-" + partition + "@" + offset;
    }

    /** Where the change was received first: a first delivery that comes again after the returned one is only a repeat. */
    public String booked() {
        return first == null ? position() : first;
    }
}
