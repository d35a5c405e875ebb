package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The front door as it is shipped, asked over real HTTP; what it would send to Kafka is caught. */
@Timeout(300)
class WebhookIntakeTest {
    private static final String BODY = "{\"partitionkey\":\"C-1\",\"data\":{\"after\":{\"givenName\":\"Zoë\"}}}";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static IntakeGround ground;
    private static MockEndpoint intake;
    private static URI door;
    private static int messages;

    @BeforeAll
    static void start() throws Exception {
        ground = new IntakeGround(Map.of());
        intake = ground.intake;
        door = ground.address;
    }

    @AfterAll
    static void stop() {
        ground.close();
    }

    @BeforeEach
    void forget() {
        intake.reset();
    }

    private static String sign(String id, long time, String body) {
        return new Webhooks(door, RouteGround.SECRET).sign(id, time, body.getBytes(UTF_8));
    }

    private static HttpResponse<String> post(String id, long time, String signature, String body, String... moreHeaders)
            throws IOException, InterruptedException {
        var headers = new ArrayList<>(List.of("webhook-id", id, "webhook-timestamp", Long.toString(time), "webhook-signature", signature,
                "Content-Type", "application/json"));
        headers.addAll(List.of(moreHeaders));
        return HTTP.send(HttpRequest.newBuilder(door).headers(headers.toArray(String[]::new)).POST(HttpRequest.BodyPublishers.ofString(body))
                .build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> signed(String body, String... moreHeaders) throws Exception {
        String id = "msg_" + messages++;
        long time = Instant.now().getEpochSecond();
        return post(id, time, sign(id, time, body), body, moreHeaders);
    }

    private void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body().strip()).isEqualTo("the signature should fit the body, be at most 5 minutes old and be used once");
        assertThat(answer.headers().map()).doesNotContainKeys("webhook-signature", "webhook-id");
    }

    @Test
    void aSignedChangeIsAcceptedAndGoesToTheIntakeAsItCameUnderItsCustomer() throws Exception {
        var answer = signed(BODY, "X-Evil", "1", "concordat-returned", "replay", "kafka.OVERRIDE_TOPIC", "eu.changes");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
        assertThat(intake.getExchanges()).singleElement().satisfies(exchange -> {
            assertThat(exchange.getMessage().getBody(byte[].class)).isEqualTo(BODY.getBytes(UTF_8));
            assertThat(exchange.getMessage().getHeaders()).containsOnly(Map.entry(KafkaConstants.KEY, "C-1"));
        });
    }

    @Test
    void whatIsNoJsonIsAcceptedTooForTheContractToJudge() throws Exception {
        assertThat(signed("garbage").statusCode()).isEqualTo(202);
        assertThat(intake.getExchanges().get(0).getMessage().getHeader(KafkaConstants.KEY)).isNull();
    }

    @Test
    void aSignatureThatDoesNotFitIsRefused() throws Exception {
        long now = Instant.now().getEpochSecond();
        assertRefused(post("m", now, sign("m", now, BODY + " "), BODY));
        assertRefused(post("m", now, "", BODY));
        assertRefused(post("m", now - 301, sign("m", now - 301, BODY), BODY));
        assertRefused(HTTP.send(HttpRequest.newBuilder(door).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString()));
        assertThat(intake.getExchanges()).isEmpty();
    }

    @Test
    void aSignatureIsGoodOnceHoweverItIsWritten() throws Exception {
        long now = Instant.now().getEpochSecond();
        String signature = sign("once", now, BODY);
        assertThat(post("once", now, signature, BODY).statusCode()).isEqualTo(202);
        assertRefused(post("once", now, signature, BODY));
        assertRefused(post("once", now, signature + " v1,AAAA", BODY));
        assertRefused(post("once", now, "v1,AAAA " + signature, BODY));
        assertThat(post("once", now + 1, sign("once", now + 1, BODY), BODY).statusCode()).isEqualTo(202);
        assertThat(intake.getExchanges()).hasSize(2);
    }

    @Test
    void manySignaturesOfASenderThatRollsItsSecretsAreNoProblem() throws Exception {
        long now = Instant.now().getEpochSecond();
        String others = ("v1," + Base64.getEncoder().encodeToString(new byte[32]) + " ").repeat(8);
        assertThat(post("many", now, others + sign("many", now, BODY), BODY).statusCode()).isEqualTo(202);
    }

    @Test
    void aChangeThatCannotBeMadeDurableIsNotAcceptedAndMayBeSentAgainWithTheSameSignature() throws Exception {
        intake.whenAnyExchangeReceived(exchange -> {
            throw new org.apache.kafka.common.errors.TimeoutException("no broker");
        });
        long now = Instant.now().getEpochSecond();
        String signature = sign("again", now, BODY);
        var answer = post("again", now, signature, BODY);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(answer.body().strip()).isEqualTo("the change cannot be stored now; send it again later");
        intake.reset();
        assertThat(post("again", now, signature, BODY).statusCode()).isEqualTo(202);
    }

    @Test
    void anAddressWithoutARouteIsNotFoundAndOneWhoseRouteIsAwayForAMomentIsToBeAskedAgain() throws Exception {
        assertThat(postTo("/webhooks/cmr").statusCode()).isEqualTo(404);
        assertThat(postTo("/webhooks/crm/more").statusCode()).isEqualTo(404);
        ground.withoutRoute(() -> {
            var answer = postTo("/webhooks/crm");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).isEqualTo("the intake is not ready; send it again later\n");
            assertThat(postTo("/webhooks/cmr").statusCode()).isEqualTo(404);
        });
        assertThat(signed(BODY).statusCode()).isEqualTo(202);
    }

    private static HttpResponse<String> postTo(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(door.resolve(path)).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aBodyOfMoreThanTwoMegabytesIsRefused() throws Exception {
        assertThat(signed("x".repeat(2_097_153)).statusCode()).isEqualTo(413);
        assertThat(signed("x".repeat(2_097_152)).statusCode()).isEqualTo(202);
    }

    @Test
    void onlyAPostIsUnderstood() throws Exception {
        assertThat(HTTP.send(HttpRequest.newBuilder(door).GET().build(), HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }
}
