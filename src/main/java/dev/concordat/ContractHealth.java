package dev.concordat;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Says whether the contracts on disk are in force, and whether other bridges of the group have newer ones. It stays up where they are refused, and tells
 * why: the bridge goes on under the old ones, and who would start it anew because of its health would not get it started under the refused ones.
 */
final class ContractHealth extends Readiness {
    private final ContractReload contracts;
    private final ContractsBehind behind;

    ContractHealth(ContractReload contracts, ContractsBehind behind) {
        super("contracts");
        this.contracts = contracts;
        this.behind = behind;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        contracts.get().all().forEach(contract -> builder.detail("in.force." + contract.entity() + "." + contract.major(), contract.label()));
        if (!contracts.refused().isEmpty()) {
            builder.detail("refused", contracts.refused());
        }
        contracts.tell(builder);
        behind.sentences().forEach((contract, sentence) -> builder.detail("behind." + contract, sentence));
        builder.up();
    }
}
