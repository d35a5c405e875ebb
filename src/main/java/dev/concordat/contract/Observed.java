package dev.concordat.contract;

import dev.concordat.change.Breach;

/**
 * A breach of a rule that is not enforced: the change passed.
 *
 * @param severity {@link Severity#WARNING} or {@link Severity#INFO}
 */
public record Observed(Severity severity, Breach breach) {
}
