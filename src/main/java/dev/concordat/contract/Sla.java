package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A promise about the service, such as {@code latency} 30 s.
 *
 * @param percentile share of the changes in percent for which it holds, where the contract names one
 * @param element    entity or field that it is about; none for the service as a whole
 */
public record Sla(
        String property, BigDecimal value, Optional<BigDecimal> percentile, String unit, Optional<String> element,
        String description) {
}
