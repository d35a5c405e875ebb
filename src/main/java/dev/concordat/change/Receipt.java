package dev.concordat.change;

/**
 * Where and how a change was received: the identity of the delivery, not of the change.
 *
 * @param position topic, partition and offset of the intake, such as {@code crm.changes-3@1234}; a change delivered
 *                 again after a crash keeps it, a change sent twice has two
 * @param returned false for a change that the source sent; true for one that quarantine or parking sent back through
 *                 the front door, which is not counted as received again
 * @param identity the id under which quarantine keeps a returned change that names none itself; null otherwise
 */
public record Receipt(String position, boolean returned, String identity) {
}
