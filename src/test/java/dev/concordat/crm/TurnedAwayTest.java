package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.Said;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.http.HttpClosedException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TurnedAwayTest {
    @RegisterExtension
    private final Said said = new Said(TurnedAway.class);

    private Instant now = Instant.EPOCH;

    @Test
    void eachIsCountedByItsReasonAndTheyAreSaidTogetherOnceAMinute() {
        InstantSource source = () -> now;
        var metrics = new SimpleMeterRegistry();
        var turnedAway = new TurnedAway(source.withZone(ZoneOffset.UTC), metrics);
        for (int second = 0; second <= 60; second++) {
            turnedAway.count(second == 60 ? TurnedAway.Reason.ROOM : TurnedAway.Reason.STANDSTILL);
            now = now.plusSeconds(1);
        }
        assertThat(said.lines()).containsExactly("WARN webhooks turned away, to be sent again: reason=standstill changes=1 since the last such line",
                "WARN webhooks turned away, to be sent again: reason=room changes=60 since the last such line");
        assertThat(metrics.get("concordat.webhooks.turned.away").tag("reason", "standstill").counter().count()).isEqualTo(60);
        assertThat(metrics.get("concordat.webhooks.turned.away").tag("reason", "room").counter().count()).isEqualTo(1);
        assertThat(metrics.get("concordat.webhooks.turned.away").tag("reason", "slow").counter().count()).isZero();
    }

    @Test
    void whatWasTurnedAwayAndWhoDidNotWaitAreNoFailuresAndAllElseIs() {
        var told = new ArrayList<Throwable>();
        var failures = new WebhookFailures(new ExceptionHandler() {
            @Override
            public void handleException(Throwable failure) {
                told.add(failure);
            }

            @Override
            public void handleException(String message, Throwable failure) {
                told.add(failure);
            }

            @Override
            public void handleException(String message, Exchange exchange, Throwable failure) {
                told.add(failure);
            }
        });
        var fault = new IllegalStateException("a fault");
        for (Throwable failure : List.of(new Workers.TooLate(), new HttpClosedException("closed"), fault)) {
            failures.handleException(failure);
            failures.handleException("while a webhook was handled", failure);
            failures.handleException("while a webhook was handled", null, failure);
        }
        assertThat(told).containsExactly(fault, fault, fault);
    }
}
