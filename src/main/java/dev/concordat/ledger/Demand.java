package dev.concordat.ledger;

import java.util.List;
import java.util.Optional;

/**
 * What a ledger has to be able to do.
 *
 * @param of    what it is about, in front of the ledger's own words where it refuses; may be empty
 * @param sql   which it refuses if it is not able
 * @param looks what to look at where it refuses: each of them that is refused says what is wrong, in place of this one
 * @param fit   judges the columns that the SQL returns, where it is asked for them
 */
public record Demand(String of, String sql, List<Demand> looks, Optional<Fit> fit) {
    public Demand {
        looks = List.copyOf(looks);
    }

    /** Of which the ledger's own words say enough. */
    public Demand(String sql) {
        this("", sql, List.of());
    }

    Demand(String of, String sql, List<Demand> looks) {
        this(of, sql, looks, Optional.empty());
    }

    Demand(Fit fit) {
        this("", fit.sql(), List.of(), Optional.of(fit));
    }
}
