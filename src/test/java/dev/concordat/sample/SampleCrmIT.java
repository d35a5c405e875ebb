package dev.concordat.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SampleCrmIT {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static SampleServers servers;
    private static DataSource database;

    private final HttpClient client = HttpClient.newHttpClient();
    private SampleCrm crm;
    private Intake intake;

    @BeforeAll
    static void startServers() throws IOException, SQLException {
        servers = new SampleServers();
        database = servers.crm("crm");
    }

    @AfterAll
    static void stopServers() throws IOException {
        servers.close();
    }

    @BeforeEach
    void startCrm() throws IOException, SQLException {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE crm.record, crm.idempotency_key");
        }
        crm = new SampleCrm(database, 1, Faults.off(), Clock.fixed(NOW, ZoneOffset.UTC));
        intake = new Intake();
        crm.webhooks().deliverTo(intake.address(), Intake.SECRET);
        crm.store(List.of(customer(1, 1000, "phone", "+4915123456789"), account("A-1-1", "C-1")));
    }

    @AfterEach
    void stopCrm() throws InterruptedException {
        crm.close();
        intake.close();
    }

    @Test
    void aRecordHasAnEntityTagAndIsNotSentAgainToWhoHasIt() throws Exception {
        HttpResponse<String> first = get("/customers/C-1");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(json(first).get("phone").textValue()).isEqualTo("+4915123456789");
        String tag = first.headers().firstValue("etag").orElseThrow();
        assertThat(tag).isEqualTo("W/\"1000\"");

        HttpResponse<String> second = get("/customers/C-1", "If-None-Match", tag);
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();

        patch("/customers/C-1", "{\"creditLimit\":5}", "k1");
        assertThat(get("/customers/C-1", "If-None-Match", tag).statusCode()).isEqualTo(200);
        assertThat(get("/customers/C-2").statusCode()).isEqualTo(404);
    }

    @Test
    void pagesFollowOneAnotherByTheirNextLinkUntilTheLast() throws Exception {
        crm.store(IntStream.rangeClosed(2, 7).mapToObj(i -> customer(i, 1000, "consent", "x")).toList());
        List<String> ids = new ArrayList<>();
        String next = "/customers?limit=3";
        while (next != null) {
            JsonNode page = json(get(next));
            page.get("items").forEach(item -> ids.add(item.get("id").textValue()));
            next = page.path("next").textValue();
        }
        assertThat(ids).containsExactly("C-1", "C-2", "C-3", "C-4", "C-5", "C-6", "C-7");
        assertThat(json(get("/customers?after=C-5&limit=500")).get("items")).hasSize(2);
        assertThat(get("/customers?limit=501").statusCode()).isEqualTo(400);
    }

    @Test
    void aPatchIsCarriedOutOnceForAKeyAndComesBackAsASignedEcho() throws Exception {
        String booked = "{\"bookedBalance\":1200,\"iban\":\"DE02\"}";
        HttpResponse<String> first = patch("/accounts/A-1-1", booked, "account/A-1-1/7");
        HttpResponse<String> again = patch("/accounts/A-1-1", booked, "account/A-1-1/7");
        patch("/accounts/A-1-1", "{\"bookedBalance\":1200}", "account/A-1-1/8");

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("etag")).contains("W/\"1001\"");
        assertThat(crm.calls()).containsEntry("PATCH 200", 2L).containsEntry("PATCH repeated", 1L);
        Intake.Received echo = intake.received().poll(5, TimeUnit.MINUTES);
        assertThat(echo.signed()).isTrue();
        JsonNode event = Event.JSON.readTree(echo.body());
        assertThat(event.get("origin").textValue()).isEqualTo("concordat");
        assertThat(event.get("id").textValue()).isEqualTo(echo.id());
        assertThat(event.get("subject").textValue()).isEqualTo("account/A-1-1");
        assertThat(event.get("sequence").textValue()).isEqualTo("00000000000000001001");
        assertThat(event.get("data")).isEqualTo(Event.JSON.readTree("""
                {"op":"u","changed":["bookedBalance","iban"],
                 "after":{"id":"A-1-1","customer":"C-1","bookedBalance":1200,"iban":"DE02"}}"""));
        assertThat(crm.webhooks().await(0, Duration.ofMinutes(5))).isTrue();
        assertThat(intake.received()).isEmpty();
    }

    @Test
    void whatTheCrmOwnsOrDoesNotKnowCannotBeSet() throws Exception {
        assertThat(patch("/customers/C-1", "{\"phone\":\"+41446681800\"}", "k").statusCode()).isEqualTo(422);
        assertThat(patch("/customers/C-1", "{\"shoeSize\":44}", "k").statusCode()).isEqualTo(422);
        assertThat(patch("/customers/C-9", "{\"creditLimit\":1}", "k").statusCode()).isEqualTo(404);
        assertThat(patch("/customers/C-1", "[1]", "k").statusCode()).isEqualTo(400);
        assertThat(send("DELETE", "/customers/C-1", "", Map.of()).statusCode()).isEqualTo(405);
    }

    @Test
    void anOutdatedPatchIsRefused() throws Exception {
        String patch = "{\"creditLimit\":1}";
        assertThat(send("PATCH", "/customers/C-1", patch, Map.of("If-Match", "W/\"999\"")).statusCode()).isEqualTo(412);
        assertThat(send("PATCH", "/customers/C-1", patch, Map.of("If-Match", "W/\"1000\"")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aLateChangeFillsOnlyWhatNoNewerOneHasSet() throws Exception {
        crm.store(List.of(customer(1, 3000, "phone", "+493"), customer(1, 2000, "phone", "+492"),
                customer(1, 2000, "email", "two@example.com"), customer(1, 2500, "email", null)));

        JsonNode record = json(get("/customers/C-1"));
        assertThat(record.get("phone").textValue()).isEqualTo("+493");
        assertThat(record.has("email")).isFalse();
        assertThat(get("/customers/C-1").headers().firstValue("etag")).contains("W/\"3002\"");
    }

    @Test
    void tooManyCallsInASecondAreSentAwayWithTheTimeToWait() throws Exception {
        crm.behave(new Faults(2, 0, 0, 0, 0, Duration.ZERO, false));
        assertThat(get("/customers/C-1").statusCode()).isEqualTo(200);
        assertThat(get("/customers/C-1").statusCode()).isEqualTo(200);
        HttpResponse<String> third = get("/customers/C-1");
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValue("retry-after")).contains("1");
    }

    @Test
    void faultsComeInTheSharesAskedForAndALostAnswerIsAnEffectAllTheSame() throws Exception {
        crm.behave(new Faults(Integer.MAX_VALUE, 0, 0, 1, 0, Duration.ZERO, false));
        assertThat(patch("/customers/C-1", "{\"creditLimit\":5}", "k1").statusCode()).isEqualTo(503);
        crm.behave(Faults.off());
        assertThat(json(get("/customers/C-1")).get("creditLimit").intValue()).isEqualTo(5);

        crm.behave(new Faults(Integer.MAX_VALUE, 0.2, 0.2, 0, 0, Duration.ZERO, false));
        for (int i = 0; i < 200; i++) {
            get("/customers/C-1");
        }
        assertThat(crm.calls().get("GET 429")).isBetween(20L, 60L);
        assertThat(crm.calls()).containsKeys("GET 500", "GET 503", "GET 200");
        assertThat(crm.allCalls()).isEqualTo(202);
    }

    @Test
    void aCrmThatIsDownCutsTheConnection() throws Exception {
        crm.behave(Faults.outage());
        assertThatThrownBy(() -> get("/customers/C-1")).isInstanceOf(IOException.class);
        crm.behave(Faults.off());
        assertThat(get("/customers/C-1").statusCode()).isEqualTo(200);
    }

    @Test
    void aWebhookIsTriedAgainWithAFreshSignatureAndInOrder() throws Exception {
        intake.answerNext(List.of(503, 429, 500));
        Emission first = customer(1, 2000, "phone", "+492");
        crm.webhooks().send(first);
        crm.webhooks().send(customer(1, 3000, "phone", "+493"));
        crm.webhooks().send(first.again());

        assertThat(crm.webhooks().await(0, Duration.ofMinutes(5))).isTrue();
        List<Intake.Received> received = List.copyOf(intake.received());
        assertThat(received).extracting(Intake.Received::answered).containsExactly(503, 429, 500, 202, 202, 202);
        assertThat(received).allSatisfy(webhook -> assertThat(webhook.signed()).isTrue());
        assertThat(received).extracting(Intake.Received::signature).doesNotHaveDuplicates();
        assertThat(received.get(3).id()).isEqualTo(first.id()).isEqualTo(received.get(5).id());
        assertThat(crm.webhooks().delivered()).isEqualTo(3);
        assertThat(crm.webhooks().retried()).isEqualTo(3);
        assertThat(crm.webhooks().uncertain()).as("429 alone says that nothing was taken").isEqualTo(2);
    }

    @Test
    void aWebhookWithoutAnAnswerIsCountedAndSentAgain() throws Exception {
        crm.webhooks().deliverTo(URI.create("http://127.0.0.1:1/nobody"), Intake.SECRET);
        crm.webhooks().send(customer(1, 2000, "phone", "+492"));
        await().until(() -> crm.webhooks().uncertain() > 0);
        crm.webhooks().deliverTo(intake.address(), Intake.SECRET);
        assertThat(crm.webhooks().await(0, Duration.ofMinutes(5))).isTrue();
        assertThat(crm.webhooks().delivered()).isEqualTo(1);
        assertThat(intake.received()).hasSize(1);
    }

    @Test
    void aWebhookThatIsRefusedForGoodDoesNotHoldUpTheRest() throws Exception {
        intake.answerNext(List.of(401, 401, 401));
        crm.webhooks().send(customer(1, 2000, "phone", "+492"));
        crm.webhooks().send(customer(1, 3000, "phone", "+493"));

        assertThat(crm.webhooks().await(0, Duration.ofMinutes(5))).isTrue();
        assertThat(crm.webhooks().refused()).isEqualTo(1);
        assertThat(crm.webhooks().delivered()).isEqualTo(1);
    }

    private HttpResponse<String> get(String path, String... header) throws Exception {
        return send("GET", path, null, header.length == 0 ? Map.of() : Map.of(header[0], header[1]));
    }

    private HttpResponse<String> patch(String path, String body, String key) throws Exception {
        return send("PATCH", path, body, Map.of("Idempotency-Key", key));
    }

    private HttpResponse<String> send(String method, String path, String body, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(crm.address() + path))
                .timeout(Duration.ofMinutes(5))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        new HashMap<>(headers).forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return Event.JSON.readTree(answer.body());
    }

    private static Emission customer(int number, long version, String field, String value) {
        ObjectNode after = Event.JSON.createObjectNode().put("id", "C-" + number).put(field, value);
        return emission(Kind.CUSTOMER_UPDATED, "C-" + number, Entity.CUSTOMER, version, after);
    }

    private static Emission account(String id, String customer) {
        ObjectNode after = Event.JSON.createObjectNode().put("id", id).put("customer", customer).put("product", "loan");
        return emission(Kind.ACCOUNT_OPENED, customer, Entity.ACCOUNT, 1000, after);
    }

    private static Emission emission(Kind kind, String customer, Entity entity, long version, ObjectNode after) {
        return Event.emission(new Step(kind, Channel.WEBHOOK, UUID.randomUUID(), customer, entity,
                after.get("id").textValue(), version, false, false, after), NOW);
    }
}
