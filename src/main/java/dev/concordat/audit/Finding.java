package dev.concordat.audit;

/**
 * One difference between CRM, directory and ledger that the agreement does not allow.
 *
 * @param region   region of the ledger or, where none has it, of the directory; {@code none} where neither knows
 * @param entity   {@code customer}, {@code account}, {@code transaction} or {@code rule}
 * @param sentence what is wrong; names ids and the contract's own words, never the value of a classified field
 */
public record Finding(FindingKind kind, String region, String entity, String id, String sentence) {}
