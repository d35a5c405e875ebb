package dev.concordat.ledger;

import static dev.concordat.change.Sent.customer;
import static dev.concordat.change.Sent.newCustomer;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything that holds for changes which come by a lane's topic holds for those that go straight to their ledger. */
class StraightStatementIT extends ApplyStatementIT {
    @BeforeAll
    static void goStraight() {
        ledger().goStraight();
    }

    /** The statement of the plain changes leaves it, and the one that judges finds it. */
    @Override
    void whatTheLaterOneHears(Object answer) {
        assertThat(answer).isEqualTo(List.of("repeated"));
    }

    @Test
    void anIdThatStandsForTwoChangesIsTheFirstOfThem() throws SQLException {
        assertThat(ledger().apply(newCustomer("C-1", "DE").version(1))).containsExactly("applied");
        assertThat(ledger().apply(customer("C-1").version(2).set("phone", "+41446681802").id("customer-C-1-1"))).containsExactly("duplicate");
        assertThat(ledger().customer("C-1", "phone")).isNull();
    }
}
