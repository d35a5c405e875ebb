package dev.concordat.ledger;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.concordat.change.Change;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Field;
import dev.concordat.residency.Directory;
import dev.concordat.residency.Directory.Key;
import dev.concordat.residency.RegionChooser;
import dev.concordat.residency.ResidencyPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Where the customers of a ledger live: what tells of a ledger without a mark whose it is. */
public final class Residents {
    private static final int LOOKED_AT = 1_000;
    /** So many of another region tell of a ledger; fewer may be misplaced, where it has hardly any of its own yet. */
    private static final int TELLING = 10;

    private final Supplier<Contracts> contracts;
    private final ResidencyPolicy policy;

    /** @param contracts asked where there is such a ledger */
    public Residents(Supplier<Contracts> contracts, ResidencyPolicy policy) {
        this.contracts = contracts;
        this.policy = policy;
    }

    /**
     * What a ledger seems to be instead, as more of its customers live in another region than in its own, and enough to tell: by the directory, which
     * knows who has moved; by their residency where it does not know them. A few in a wrong place are for the audit to find.
     *
     * @param residencies of its customers
     */
    Optional<String> contradiction(Address address, Map<String, String> residencies, Map<Key, Directory.Place> places) {
        var regions = residencies.entrySet().stream().map(customer -> region(places.get(key(customer.getKey())), customer.getValue()))
                .filter(Objects::nonNull).collect(groupingBy(region -> region, counting()));
        long own = regions.getOrDefault(address.region(), 0L);
        return regions.entrySet().stream().max(Map.Entry.comparingByValue()).filter(most -> most.getValue() > own && most.getValue() >= TELLING)
                .map(most -> "one where, of " + residencies.size() + " customers looked at, " + most.getValue() + " live in region '"
                        + most.getKey() + "' and " + own + " in '" + address.region() + "' by directory and residency");
    }

    private String region(Directory.Place place, String residency) {
        return place != null ? place.region() : policy.regionOf(residency).orElse(null);
    }

    /** By id; empty where the ledger has no such table yet, of which its preparation tells. */
    Map<String, String> residencies(Connection ledger) throws SQLException {
        var customer = contracts.get().newest(RegionChooser.CUSTOMER);
        String sql = "SELECT " + customer.key().column() + ", " + customer.field(Change.RESIDENCY).map(Field::column).orElse("NULL") + " FROM " + customer.table()
                + " LIMIT " + LOOKED_AT;
        var residencies = new HashMap<String, String>();
        try (var statement = ledger.createStatement(); var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                residencies.put(rows.getString(1), Objects.requireNonNullElse(rows.getString(2), ""));
            }
        } catch (SQLException e) {
            if (!Ledgers.unfit(e)) {
                throw e;
            }
        }
        return residencies;
    }

    /** By the directory; none where it is empty as well. */
    static Map<Key, Directory.Place> places(Connection directory, Collection<String> customers) throws SQLException {
        var before = directory.setSavepoint();
        try {
            return new Directory(new SingleConnectionDataSource(directory, true), customers.size())
                    .find(customers.stream().map(Residents::key).collect(Collectors.toSet()));
        } catch (SQLException e) {
            if (!Ledgers.lacking(e)) {
                throw e;
            }
            directory.rollback(before);
            return Map.of();
        }
    }

    private static Key key(String customer) {
        return new Key(RegionChooser.CUSTOMER, customer);
    }
}
