package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Sent;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.jdbc.BadSqlGrammarException;

class WaitingTest {
    @Test
    void whoWaitsForARightIsToldWhichOne() {
        var waiting = new Waiting(Clock.systemUTC());
        var exchange = new DefaultExchange(Sent.CAMEL);
        var failure = new PSQLException(new ServerErrorMessage("C42501\0Mpermission denied for sequence account_number\0Fsequence.c\0"), false);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new BadSqlGrammarException("write", "INSERT", failure));
        waiting.process(exchange);
        assertThat(waiting.all()).singleElement().satisfies(wait -> assertThat(wait.cause())
                .isEqualTo("BadSqlGrammarException SQLSTATE 42501, permission denied for sequence account_number"));
    }
}
