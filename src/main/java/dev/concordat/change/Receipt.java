package dev.concordat.change;

/**
 * Where and how a change was received: the identity of the delivery, not of the change.
 *
 * @param topic     the intake; a change delivered again after a crash keeps topic, partition and offset, a change sent
 *                  twice has two receipts
 * @param returned  false for a change that the source sent; true for one that quarantine or parking sent back through
 *                  the front door, which is not counted as received again
 * @param identity  the id under which quarantine keeps a returned change that names none itself; null otherwise
 */
public record Receipt(String topic, int partition, long offset, boolean returned, String identity) {
    /** Such as {@code crm.changes-3@1234}. */
    public String position() {
        return topic + "-" + partition + "@" + offset;
    }
}
