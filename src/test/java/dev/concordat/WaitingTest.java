package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Sent;
import java.security.cert.CertificateExpiredException;
import java.time.Clock;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

class WaitingTest {
    private final Waiting waiting = new Waiting(Clock.systemUTC());

    private static Exchange failed(Exception failure) {
        var exchange = new DefaultExchange(Sent.CAMEL);
        exchange.getExchangeExtension().setFromRouteId("admit");
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
        return exchange;
    }

    @Test
    void aTopicThatKafkaRefusesIsNamed() {
        waiting.process(failed(new TopicAuthorizationException(Set.of("uk.changes"))));
        assertThat(waiting.all()).singleElement().extracting(Waiting.Wait::cause).isEqualTo("TopicAuthorizationException [uk.changes]");
    }

    @Test
    void aCertificateThatIsNotTrustedIsNamedWithoutAValue() {
        var failure = new PSQLException("SSL error", PSQLState.CONNECTION_FAILURE, new SSLHandshakeException("secret").initCause(new CertificateExpiredException("secret")));
        waiting.process(failed(new CannotGetJdbcConnectionException("none", failure)));
        assertThat(waiting.all()).singleElement().extracting(Waiting.Wait::cause)
                .isEqualTo("CannotGetJdbcConnectionException SQLSTATE 08006, certificate not trusted (CertificateExpiredException)");
    }

    @Test
    void whoWaitsForARightIsToldWhichOne() {
        var failure = new PSQLException(new ServerErrorMessage("C42501\0Mpermission denied for sequence account_number\0Fsequence.c\0"), false);
        waiting.process(failed(new BadSqlGrammarException("write", "INSERT", failure)));
        assertThat(waiting.all()).singleElement().extracting(Waiting.Wait::cause)
                .isEqualTo("BadSqlGrammarException SQLSTATE 42501, permission denied for sequence account_number");
    }

    /** What the bridge says of itself holds no value; what it says beside another's words may. */
    @Test
    void whatTheBridgeItselfSaysIsTold() {
        waiting.process(failed(new RuntimeCamelException(new BridgeException("customer/1.2.0 is not in force here yet"))));
        assertThat(waiting.all()).singleElement().extracting(Waiting.Wait::cause).isEqualTo("customer/1.2.0 is not in force here yet");
    }

    @Test
    void whatAnotherSaysIsNotTold() {
        waiting.process(failed(new BridgeException("it says: Jane", new IllegalStateException("Jane"))));
        assertThat(waiting.all()).singleElement().extracting(Waiting.Wait::cause).isEqualTo("BridgeException by IllegalStateException");
    }

    @Test
    void theStepIsToldWhereItIsKnown() {
        var exchange = failed(new IllegalStateException());
        exchange.getExchangeExtension().setHistoryNodeId("judge-batch");
        waiting.process(exchange);
        var health = HealthCheckResultBuilder.on(new LaneHealth("eu", null, waiting, region -> null));
        assertThat(waiting.all().get(0).describe(health).up().build().getDetails()).containsEntry("waiting.step", "judge-batch")
                .containsEntry("waiting.cause", "IllegalStateException");
    }
}
