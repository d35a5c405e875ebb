package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.Said;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    private static final Map<String, Object> CLAIM = Map.of("entity", "account", "id", "A-1", "attempts", 0);

    @RegisterExtension
    private final Said said = new Said(Pace.class);
    private Instant now = Instant.parse("2026-11-30T10:00:00Z");
    private final InstantSource clock = () -> now;
    private final Pace pace = new Pace(new Export.Limit(200, 3, Duration.ofSeconds(30), 100), clock.withZone(ZoneOffset.UTC));

    @Test
    void aLaneOfWhichTheCrmTakesNothingForAMinuteSaysSoOnceAndWhenItIsOver() {
        pace.notTaken(CLAIM, "eu", null, 409);
        now = now.plusSeconds(59);
        pace.notTaken(CLAIM, "eu", null, 401);
        assertThat(said.lines()).isEmpty();
        now = now.plusSeconds(1);
        pace.notTaken(CLAIM, "eu", null, 401);
        pace.notTaken(CLAIM, "eu", null, 401);
        assertThat(said.lines()).containsExactly("WARN lane eu: the CRM has taken nothing since 2026-11-30T10:00:00Z, status=401");
        pace.taken("eu");
        pace.taken("eu");
        assertThat(said.lines()).hasSize(2).last().isEqualTo("INFO lane eu: the CRM takes what it is told again");
    }

    @Test
    void aCrmThatIsNotTrustedIsNamedUntilACallFailsOtherwise() {
        for (var failure : List.of(new CertificateExpiredException("secret"), new ConnectException("secret"))) {
            pace.unreached("eu", new IOException(failure));
            pace.notTaken(CLAIM, "eu", null, 503);
            now = now.plusSeconds(60);
            pace.notTaken(CLAIM, "eu", null, 503);
            pace.taken("eu");
        }
        assertThat(said.lines()).filteredOn(line -> line.startsWith("WARN")).containsExactly(
                "WARN lane eu: the CRM has taken nothing since 2026-11-30T10:00:00Z, status=503 cause=[certificate not trusted (CertificateExpiredException)]",
                "WARN lane eu: the CRM has taken nothing since 2026-11-30T10:01:00Z, status=503");
    }

    @Test
    void callsThatFailBetweenOthersAreNotWorthALine() {
        for (int i = 0; i < 10; i++) {
            pace.notTaken(CLAIM, "eu", null, 503);
            now = now.plusSeconds(50);
            pace.taken("eu");
        }
        assertThat(said.lines()).isEmpty();
    }

    /** Another bridge may have told the CRM meanwhile. */
    @ParameterizedTest
    @CsvSource({"0,", "60,60", "3600,3600"})
    void aTroubleLapsesWhereTheNextCallDoesNotCome(long named, String retryAfter) {
        pace.notTaken(CLAIM, "eu", retryAfter, 401);
        now = now.plusSeconds(named * 5 / 4 + 299);
        assertThat(pace.loginRefused("eu")).isEqualTo(401);
        now = now.plusSeconds(2);
        assertThat(pace.loginRefused("eu")).isNull();
        pace.notTaken(CLAIM, "eu", retryAfter, 401);
        assertThat(pace.loginRefused("eu")).isEqualTo(401);
        assertThat(said.lines()).as("it begins anew").isEmpty();
    }

    @Test
    void aLoginThatTheCrmTurnsAwayIsKnownUntilItAnswersOtherwise() {
        assertThat(pace.loginRefused("eu")).isNull();
        pace.notTaken(CLAIM, "eu", null, 401);
        assertThat(pace.loginRefused("eu")).isEqualTo(401);
        assertThat(pace.loginRefused("uk")).as("another lane").isNull();
        pace.notTaken(CLAIM, "eu", null, null);
        assertThat(pace.loginRefused("eu")).as("not reached").isNull();
        pace.notTaken(CLAIM, "eu", null, 407);
        pace.refused("eu", 404);
        assertThat(pace.loginRefused("eu")).isNull();
        pace.notTaken(CLAIM, "eu", null, 407);
        pace.taken("eu");
        assertThat(pace.loginRefused("eu")).isNull();
    }
}
