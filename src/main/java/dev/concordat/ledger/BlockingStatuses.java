package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.StatusAlignment;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Under which statuses bridges have blocked postings, by entity.
 *
 * <p>A ledger's row keeps its status until the CRM sends another one: that may be a word of a contract which is in force no more, or one that blocked
 * then and does not now. What was blocked under it is freed with it all the same.
 */
public final class BlockingStatuses {
    private static final String READ = "SELECT entity, version, content FROM concordat.contract WHERE entity = ANY (?)";

    private final Map<String, Set<String>> statuses;

    private BlockingStatuses(Map<String, Set<String>> statuses) {
        this.statuses = Map.copyOf(statuses);
    }

    /** Those of the contracts, of each major, for ledgers that have seen no other. */
    public static BlockingStatuses inForce(Contracts contracts) {
        return new BlockingStatuses(of(contracts));
    }

    /**
     * Those of the contracts and of all that were ever in force, which the directory knows.
     *
     * @throws BridgeException when the directory does not answer
     */
    public static BlockingStatuses of(DataSource directory, Contracts contracts) {
        var statuses = of(contracts);
        var read = contracts.all().stream().map(contract -> contract.entity() + "/" + KnownContracts.version(contract)).collect(Collectors.toSet());
        try (Connection connection = directory.getConnection(); var statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("text", statuses.keySet().toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (!read.contains(rows.getString(1) + "/" + rows.getString(2))) {
                        statuses.get(rows.getString(1)).addAll(StatusAlignment.blockingIn(ByteBuffer.wrap(rows.getBytes(3))));
                    }
                }
            }
        } catch (SQLException e) {
            throw KnownContracts.unknown(e);
        }
        return new BlockingStatuses(statuses);
    }

    private static Map<String, Set<String>> of(Contracts contracts) {
        var statuses = new HashMap<String, Set<String>>();
        contracts.all().forEach(contract -> statuses.computeIfAbsent(contract.entity(), entity -> new TreeSet<>())
                .addAll(contract.statusAlignment().map(StatusAlignment::blocking).orElse(List.of())));
        return statuses;
    }

    /** In one order, whichever contract is read first. */
    List<String> of(Contract contract) {
        return Optional.ofNullable(statuses.get(contract.entity())).map(List::copyOf).orElse(List.of());
    }
}
