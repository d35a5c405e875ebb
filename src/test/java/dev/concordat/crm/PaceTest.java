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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    private static final Map<String, Object> CLAIM = Map.of("entity", "account", "id", "A-1", "attempts", 0);
    private static final String TURNED_AWAY = "answers 401; 'concordat.crm.authorization' should be what it accepts";

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

    private void failed(Exception failure, int times) {
        for (int i = 0; i < times; i++) {
            pace.unreached("eu", new IOException(failure));
            pace.notTaken(CLAIM, "eu", null, 503);
        }
    }

    @Test
    void aCrmThatComesBackUntrustedIsNamedOnceWhateverFailsBetween() {
        failed(new ConnectException("secret"), 1);
        now = now.plusSeconds(60);
        failed(new ConnectException("secret"), 2);
        for (int i = 0; i < 2; i++) {
            failed(new CertificateExpiredException("secret"), 2);
            failed(new ConnectException("secret"), 2);
        }
        String since = "WARN lane eu: the CRM has taken nothing since 2026-11-30T10:00:00Z, status=503";
        assertThat(said.lines()).containsExactly(since, since + " cause=[certificate not trusted (CertificateExpiredException)]");
    }

    @Test
    void aCrmThatIsNotTrustedIsNamedFromTheFirst() {
        failed(new CertificateExpiredException("secret"), 1);
        now = now.plusSeconds(60);
        failed(new CertificateExpiredException("secret"), 2);
        assertThat(said.lines()).containsExactly("WARN lane eu: the CRM has taken nothing since 2026-11-30T10:00:00Z, status=503"
                + " cause=[certificate not trusted (CertificateExpiredException)]");
    }

    @Test
    void whatStandsAgainstTheCertificateIsKnownUntilACallFailsOtherwiseOrIsAnswered() {
        String untrusted = "certificate not trusted (CertificateExpiredException); the server's certificate should be valid, name the host"
                + " and be signed by an authority that Java trusts";
        failed(new CertificateExpiredException("secret"), 1);
        assertThat(pace.objection("eu")).isEqualTo(untrusted);
        assertThat(pace.objection("uk")).as("another lane").isNull();
        failed(new ConnectException("secret"), 1);
        assertThat(pace.objection("eu")).as("away").isNull();
        failed(new CertificateExpiredException("secret"), 1);
        pace.reached("eu");
        pace.notTaken(CLAIM, "eu", "3", 503);
        assertThat(pace.objection("eu")).as("asks for patience").isNull();
        failed(new CertificateExpiredException("secret"), 1);
        pace.notTaken(CLAIM, "eu", null, 503);
        assertThat(pace.objection("eu")).as("a call that was not made").isEqualTo(untrusted);
        now = now.plusSeconds(400);
        assertThat(pace.objection("eu")).as("no call any more").isNull();
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
        assertThat(pace.objection("eu")).isEqualTo(TURNED_AWAY);
        now = now.plusSeconds(2);
        assertThat(pace.objection("eu")).isNull();
        pace.notTaken(CLAIM, "eu", retryAfter, 401);
        assertThat(pace.objection("eu")).isEqualTo(TURNED_AWAY);
        assertThat(said.lines()).as("it begins anew").isEmpty();
    }

    @Test
    void aLoginThatTheCrmTurnsAwayIsKnownUntilItAnswersOtherwise() {
        assertThat(pace.objection("eu")).isNull();
        pace.notTaken(CLAIM, "eu", null, 401);
        assertThat(pace.objection("eu")).isEqualTo(TURNED_AWAY);
        assertThat(pace.objection("uk")).as("another lane").isNull();
        pace.notTaken(CLAIM, "eu", null, null);
        assertThat(pace.objection("eu")).as("not reached").isNull();
        pace.notTaken(CLAIM, "eu", null, 407);
        pace.refused("eu", 404);
        assertThat(pace.objection("eu")).isNull();
        pace.notTaken(CLAIM, "eu", null, 407);
        pace.taken("eu");
        assertThat(pace.objection("eu")).isNull();
    }
}
