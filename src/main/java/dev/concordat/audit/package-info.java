/**
 * The audit: measures the agreement's targets from the bridge's own tables and compares CRM, directory and ledgers.
 *
 * <p>Tables are the truth here, metrics only their fast view. The audit reads and never writes; what it finds it names
 * by id, never by the value of a classified field.
 */
package dev.concordat.audit;
