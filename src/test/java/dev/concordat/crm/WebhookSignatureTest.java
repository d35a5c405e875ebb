package dev.concordat.crm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
    /** The example of the Standard Webhooks libraries. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIME = "1614265330";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static final SimpleMeterRegistry METRICS = new SimpleMeterRegistry();

    private static WebhookSignature at(long second) {
        return new WebhookSignature(SECRET, Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC), METRICS);
    }

    private final WebhookSignature signature = at(Long.parseLong(TIME));

    @Test
    void theKnownExampleFits() {
        assertThat(signature.fits(ID, TIME, SIGNATURE, BODY)).isTrue();
    }

    @Test
    void oneFittingSignatureAmongSeveralIsEnough() {
        assertThat(signature.fits(ID, TIME, "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1a,AAAA " + SIGNATURE, BODY)).isTrue();
        assertThat(signature.fits(ID, TIME, "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,!", BODY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1,", "v1", "v1,AAAA", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1PE="})
    void anotherSignatureDoesNotFit(String another) {
        assertThat(signature.fits(ID, TIME, another, BODY)).isFalse();
    }

    @Test
    void idTimeAndBodyAreSignedTogether() {
        assertThat(signature.fits("msg_2", TIME, SIGNATURE, BODY)).isFalse();
        assertThat(signature.fits(ID, "1614265331", SIGNATURE, BODY)).isFalse();
        assertThat(signature.fits(ID, TIME, SIGNATURE, "{\"test\": 2432232315}".getBytes(UTF_8))).isFalse();
        assertThat(signature.fits(ID, TIME, SIGNATURE, new byte[0])).isFalse();
    }

    /** As all are where this machine's clock is wrong; what is not signed rightly tells nothing about clocks. */
    @Test
    void whatIsSignedRightlyAndRefusedForItsTimeIsCounted() {
        var refused = METRICS.get("concordat.webhooks.untimely").counter();
        long signed = Long.parseLong(TIME);
        double before = refused.count();
        at(signed).fits(ID, TIME, SIGNATURE, BODY);
        at(signed + 301).fits(ID, TIME, "v1,AAAA", BODY);
        at(signed + 301).fits(ID, "soon", SIGNATURE, BODY);
        assertThat(refused.count()).isEqualTo(before);
        at(signed + 301).fits(ID, TIME, SIGNATURE, BODY);
        at(signed - 301).fits(ID, TIME, SIGNATURE, BODY);
        assertThat(refused.count()).isEqualTo(before + 2);
    }

    @Test
    void aSignatureIsGoodForFiveMinutesBothWays() {
        long signed = Long.parseLong(TIME);
        assertThat(at(signed + 300).fits(ID, TIME, SIGNATURE, BODY)).isTrue();
        assertThat(at(signed + 301).fits(ID, TIME, SIGNATURE, BODY)).isFalse();
        assertThat(at(signed - 300).fits(ID, TIME, SIGNATURE, BODY)).isTrue();
        assertThat(at(signed - 301).fits(ID, TIME, SIGNATURE, BODY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "-1614265330", "1614265330.5", " 1614265330", "9999999999999999999"})
    void aTimeThatIsNoWholeSecondDoesNotFit(String time) {
        assertThat(signature.fits(ID, time, SIGNATURE, BODY)).isFalse();
    }

    @Test
    void whatIsMissingDoesNotFit() {
        assertThat(signature.fits(null, TIME, SIGNATURE, BODY)).isFalse();
        assertThat(signature.fits(ID, null, SIGNATURE, BODY)).isFalse();
        assertThat(signature.fits(ID, TIME, null, BODY)).isFalse();
        assertThat(signature.fits(ID, TIME, SIGNATURE, null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_!!!", "whsek_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    void aSecretThatIsNoneStopsTheStartWithoutBeingTold(String secret) {
        assertThatThrownBy(() -> new WebhookSignature(secret, Clock.systemUTC(), METRICS)).isInstanceOf(BridgeException.class)
                .hasMessage("'concordat.webhook.secret' should be whsec_ and the base64 of at least 24 random bytes");
    }
}
