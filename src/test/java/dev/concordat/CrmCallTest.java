package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import dev.concordat.crm.EntityTags;
import dev.concordat.crm.Export;
import dev.concordat.crm.Untimely;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes that tell the CRM, as they are shipped, against a CRM that answers over real HTTP. */
@Timeout(300)
class CrmCallTest {
    private static final Map<String, String> HEADERS = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    @TempDir
    private static Path folder;
    private static HttpServer crm;
    private static CamelContext camel;
    private static ProducerTemplate template;
    private static volatile int status;
    private static volatile String retryAfter;
    private static volatile String received;
    private static volatile String shown;
    private static volatile int showing;
    private static final List<String> CALLS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        crm = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        crm.createContext("/api", CrmCallTest::answer);
        crm.start();
        camel = RouteGround.context(List.of("eu"), Map.of("concordat.crm.url", "http://127.0.0.1:" + crm.getAddress().getPort() + "/api"));
        RouteGround.load(camel, "crm-call");
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("ledger-to-crm.camel.yaml",
                Files.readString(Path.of("routes/lane/ledger-to-crm.camel.yaml")).replace("{{region}}", "eu")));
        AdviceWith.adviceWith(camel, "export-eu", route -> route.replaceFromWith("direct:export"));
        AdviceWith.adviceWith(camel, "send-to-crm-eu", route -> {
            route.weaveById("settle-sent-eu").replace().to("mock:sent");
            route.weaveById("settle-later-eu").replace().to("mock:later");
            route.weaveById("settle-outdated-eu").replace().to("mock:again");
            route.weaveById("settle-unheard-eu").replace().to("mock:unheard");
            route.weaveById("quarantine-export-eu").replace().to("mock:quarantine");
            route.weaveById("settle-refused-eu").remove();
        });
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterAll
    static void stop() {
        camel.stop();
        crm.stop(0);
    }

    @BeforeEach
    void forget() {
        status = 200;
        retryAfter = null;
        received = null;
        shown = "\"1\"";
        showing = 200;
        HEADERS.clear();
        CALLS.clear();
        MockEndpoint.resetMocks(camel);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
            CALLS.add(exchange.getRequestMethod() + (ifMatch == null ? "" : " " + ifMatch));
            if (shown != null) {
                exchange.getResponseHeaders().add("ETag", shown);
            }
            if (exchange.getRequestMethod().equals("GET")) {
                byte[] record = "{\"familyName\":\"Muster\"}".getBytes(UTF_8);
                exchange.sendResponseHeaders(showing, record.length);
                exchange.getResponseBody().write(record);
                return;
            }
            HEADERS.clear();
            exchange.getRequestHeaders().forEach((name, values) -> HEADERS.put(name, String.join(",", values)));
            received = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (retryAfter != null) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static Map<String, Object> claim(String entity, String id, String document) {
        return Map.of("entity", entity, "id", id, "version", 7L, "attempts", 0, "changed_ms", 0L, "document", document, "size", document.length());
    }

    private static Map<String, Object> claim(String document) {
        return claim("account", "A-1", document);
    }

    private static Exchange send(String document) {
        return send(claim(document));
    }

    private static Exchange send(Map<String, Object> claim) {
        return template.send("direct:send-to-crm-eu", exchange -> exchange.getMessage().setBody(claim));
    }

    /** An account of its own, of which the CRM has told no tag. */
    private static Exchange sendNew(String id) {
        return send(claim("account", id, "{\"id\":\"" + id + "\"}"));
    }

    private static int count(String mock) {
        return camel.getEndpoint(mock, MockEndpoint.class).getReceivedCounter();
    }

    private static int ends() {
        return Stream.of("sent", "later", "again", "unheard", "quarantine").mapToInt(mock -> count("mock:" + mock)).sum();
    }

    @Test
    void theCrmGetsAPatchWithAnIdempotencyKey() {
        send("{\"id\":\"A-1\",\"bookedBalance\":100}");
        assertThat(received).isEqualTo("PATCH /api/accounts/A-1 {\"id\":\"A-1\",\"bookedBalance\":100}");
        assertThat(HEADERS.get("Idempotency-Key")).matches("account/A-1/7/[0-9a-f]{16}/\".+\"");
        assertThat(HEADERS).containsEntry("Content-Type", "application/merge-patch+json")
                .doesNotContainKeys("Authorization", "claim", "concordat-returned");
        assertThat(count("mock:sent")).isOne();
    }

    @Test
    void theCrmGetsTheAuthorizationThatTheSettingsName() throws Exception {
        try (var bearing = RouteGround.context(List.of("eu"), Map.of("concordat.crm.authorization", "Bearer it's a token",
                "concordat.crm.url", camel.resolvePropertyPlaceholders("{{concordat.crm.url}}")))) {
            RouteGround.load(bearing, "crm-call");
            bearing.start();
            bearing.createProducerTemplate().send("direct:call-crm", call -> {
                call.setProperty("claim", claim("{}"));
                call.getMessage().setBody("{}");
                call.setProperty("region", "eu");
            });
            assertThat(HEADERS).containsEntry("Authorization", "Bearer it's a token");
        }
    }

    @Test
    void aCrmThatIsNotTrustedIsKnownUntilItAnswers() throws Exception {
        try (var untrusted = new TlsServer(TlsServer.key(folder.resolve("crm"), "ip:127.0.0.1"), false);
                var calling = RouteGround.context(List.of("eu"), Map.of("concordat.crm.url", "https://127.0.0.1:" + untrusted.port()))) {
            RouteGround.load(calling, "crm-call");
            calling.start();
            var export = calling.getRegistry().lookupByNameAndType("export", Export.class);
            var call = calling.createProducerTemplate().send("direct:call-crm", each -> {
                each.setProperty("claim", claim("{}"));
                each.getMessage().setBody("{}");
                each.setProperty("region", "eu");
            });
            assertThat(call.getProperty("answer")).isEqualTo("later");
            assertThat(noted(export)).startsWith("certificate not trusted (SunCertPathBuilderException); ");

            // As a route that was edited may call another.
            AdviceWith.adviceWith(calling, "reach-crm", route ->
                    route.weaveById("ask-crm").replace().to(camel.resolvePropertyPlaceholders("{{concordat.crm.url}}")));
            status = 503;
            retryAfter = "3";
            calling.createProducerTemplate().send("direct:patch-crm", each -> {
                each.setProperty("claim", claim("{}"));
                each.setProperty("document", "{}");
                each.setProperty("tag", "");
                each.setProperty("region", "eu");
            });
            assertThat(noted(export)).isNull();
        }
    }

    /** What is known once anything is noted of the lane; a refusal needs no ledger for that. */
    private static String noted(Export export) {
        export.countRefusal("eu", 404);
        return export.objection("eu");
    }

    @ParameterizedTest
    @CsvSource({"200,,mock:sent,sent", "204,,mock:sent,sent", "429,7,mock:later,later", "503,3,mock:unheard,unheard",
        "500,,mock:unheard,unheard", "408,,mock:later,later", "409,,mock:later,later", "401,,mock:later,later", "407,,mock:later,later",
        "404,,mock:quarantine,404", "422,,mock:quarantine,422", "400,,mock:quarantine,400"})
    void theAnswerDecidesWhatBecomesOfTheChange(int answered, String patience, String goesTo, String answer) {
        status = answered;
        retryAfter = patience;
        var exchange = send("{\"id\":\"A-1\"}");
        assertThat(ends()).isOne();
        assertThat(count(goesTo)).isOne();
        assertThat(exchange.getProperty("answer", String.class)).isEqualTo(answer);
        assertThat(CALLS.stream().filter(call -> call.startsWith("PATCH"))).hasSize(1);
        if (patience != null) {
            assertThat(exchange.getProperty("retryAfter", String.class)).isEqualTo(patience);
        }
    }

    @Test
    void whatBreaksARuleAcrossFieldsIsNotSent() {
        assertThat(send("{\"id\":\"A-1\",\"openedOn\":\"2026-02-01\",\"closedOn\":\"2026-01-31\"}").getProperty("answer")).isEqualTo("breach");
        assertThat(received).isNull();
        assertThat(count("mock:quarantine")).isOne();
    }

    @Test
    void whatTheLedgerSaysOtherwiseThanAgreedIsNotSent() {
        assertThat(send("{\"id\":\"A-1\",\"bookedBalance\":\"much\"}").getProperty("answer")).isEqualTo("breach");
        assertThat(received).isNull();
        assertThat(count("mock:quarantine")).isOne();
    }

    /** As a number of the machine, the second is the first, and fits. */
    @ParameterizedTest
    @CsvSource({"9223372036854775807,mock:sent", "9223372036854775807.5,mock:quarantine", "9223372036854775807.0,mock:sent"})
    void theContractJudgesTheExactNumber(String amount, String goesTo) {
        send("{\"id\":\"A-1\",\"bookedBalance\":" + amount + "}");
        assertThat(count(goesTo)).isOne();
    }

    /** Too large to be read, or with a number that nobody would read; one that fails would be tried for ever, and all others of its claim wait for it. */
    @ParameterizedTest
    @CsvSource({"262145,,document-size", "1300,1,not-json"})
    void whatCannotBeReadGoesToQuarantine(int size, String digit, String rule) {
        var claim = new HashMap<>(claim("{}"));
        claim.put("size", size);
        claim.put("document", digit == null ? null : "{\"id\":\"A-1\",\"bookedBalance\":" + digit.repeat(1_200) + "}");
        assertThat(send(claim).getException()).isNull();
        assertThat(received).isNull();
        var quarantine = camel.getEndpoint("mock:quarantine", MockEndpoint.class).getExchanges();
        assertThat(quarantine).singleElement().satisfies(exchange -> assertThat(((Breached) exchange.getMessage().getBody(List.class).get(0)).quarantined())
                .returns(rule, Quarantined::rule).extracting(Quarantined::breaches).asString().doesNotContain("1111"));
    }

    @Test
    void aTagThatIsUnknownIsAskedForOnceAndThenFollowsFromTheAnswers() {
        sendNew("A-unknown");
        assertThat(CALLS).containsExactly("GET", "PATCH \"1\"");
        shown = "\"2\"";
        sendNew("A-unknown");
        sendNew("A-unknown");
        assertThat(CALLS).containsExactly("GET", "PATCH \"1\"", "PATCH \"1\"", "PATCH \"2\"");
        assertThat(count("mock:sent")).isEqualTo(3);
    }

    @Test
    void aPatchForAnOlderVersionGoesAgainAtOnceAndALaterRefusalWaits() {
        sendNew("A-outdated");
        status = 412;
        shown = "\"2\"";
        assertThat(sendNew("A-outdated").getProperty("answer")).isEqualTo("outdated");
        assertThat(count("mock:again")).isOne();
        assertThat(HEADERS.get("Idempotency-Key")).endsWith("/\"1\"");
        assertThat(sendNew("A-outdated").getProperty("answer")).isEqualTo("later");
        assertThat(HEADERS.get("Idempotency-Key")).endsWith("/\"2\"");
        shown = "\"3\"";
        status = 200;
        sendNew("A-outdated");
        assertThat(CALLS).containsExactly("GET", "PATCH \"1\"", "PATCH \"1\"", "GET", "PATCH \"2\"", "GET", "PATCH \"3\"");
        assertThat(ends()).isEqualTo(4);
        assertThat(count("mock:quarantine")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"200", "405"})
    void aCrmWithoutTagsGetsPatchesWithoutConditionAndIsNotAskedForEach(int answered) throws Exception {
        try (var tagless = RouteGround.context(List.of("eu"), Map.of("concordat.crm.url",
                camel.resolvePropertyPlaceholders("{{concordat.crm.url}}")))) {
            RouteGround.load(tagless, "crm-call");
            tagless.start();
            showing = answered;
            shown = answered == 200 ? null : shown;
            for (String id : List.of("A-1", "A-2", "A-2")) {
                var sent = tagless.createProducerTemplate().send("direct:call-crm", call -> {
                    call.setProperty("claim", claim("account", id, "{}"));
                    call.getMessage().setBody("{}");
                    call.setProperty("region", "eu");
                });
                assertThat(sent.getProperty("answer")).isEqualTo("sent");
            }
            assertThat(CALLS).containsExactly("GET", "PATCH", "PATCH", "PATCH");
        }
    }

    @ParameterizedTest
    @CsvSource({"404,mock:quarantine,404", "401,mock:later,later", "429,mock:later,later", "500,mock:later,later"})
    void aCrmThatDoesNotShowTheRecordHasAnsweredThePatch(int answered, String goesTo, String answer) {
        showing = answered;
        assertThat(sendNew("A-hidden-" + answered).getProperty("answer", String.class)).isEqualTo(answer);
        assertThat(CALLS).containsExactly("GET");
        assertThat(count(goesTo)).isOne();
    }

    /** Otherwise these would take 400 seconds of the lane's calls, and what is claimed after them would be late too. */
    @Test
    void whatIsTooLateToBeToldSpendsNoCall() throws Exception {
        try (var sparing = RouteGround.context(List.of("eu"), Map.of("concordat.export.rate", "1", "concordat.crm.url",
                camel.resolvePropertyPlaceholders("{{concordat.crm.url}}")))) {
            RouteGround.load(sparing, "crm-call");
            sparing.start();
            long late = System.nanoTime() - Duration.ofSeconds(13).toNanos();
            for (int i = 0; i <= 400; i++) {
                Long claimedAt = i < 400 ? late : null;
                var sent = sparing.createProducerTemplate().send("direct:call-crm", call -> {
                    call.setProperty("claim", claim("{}"));
                    call.getMessage().setBody("{}");
                    call.setProperty("region", "eu");
                    call.setProperty("claimedAt", claimedAt);
                });
                assertThat(sent.getException() instanceof Untimely).isEqualTo(i < 400);
            }
            assertThat(CALLS).containsExactly("GET", "PATCH \"1\"");
        }
    }

    @Test
    void whatTheBreakerHoldsBackWasNotHeardByAnybody() throws Exception {
        try (var nowhere = RouteGround.context(List.of("eu"), Map.of())) {
            RouteGround.load(nowhere, "crm-call");
            nowhere.start();
            nowhere.getRegistry().lookupByNameAndType("entityTags", EntityTags.class).told(claim("{}"), "\"1\"");
            var answers = IntStream.range(0, 21).mapToObj(call -> nowhere.createProducerTemplate().send("direct:call-crm", exchange -> {
                exchange.setProperty("claim", claim("{}"));
                exchange.getMessage().setBody("{}");
                exchange.setProperty("region", "eu");
            }).getProperty("answer")).toList();
            assertThat(answers.subList(0, 20)).containsOnly("unheard");
            assertThat(answers.get(20)).isEqualTo("later");
        }
    }

    /** As one whose address or rights were changed. */
    @Test
    void aCrmThatRefusesEverythingIsLeftAlone() throws Exception {
        try (var strict = RouteGround.context(List.of("eu"), Map.of("concordat.export.refusals", "2", "concordat.crm.url",
                camel.resolvePropertyPlaceholders("{{concordat.crm.url}}")))) {
            RouteGround.load(strict, "crm-call");
            strict.start();
            status = 403;
            var answers = IntStream.range(0, 4).mapToObj(call -> {
                var sent = strict.createProducerTemplate().send("direct:call-crm", exchange -> {
                    exchange.setProperty("claim", claim("{}"));
                    exchange.getMessage().setBody("{}");
                    exchange.setProperty("region", "eu");
                });
                return sent.getException() instanceof Untimely ? "untimely" : sent.getProperty("answer", String.class);
            }).toList();
            assertThat(answers).containsExactly("403", "403", "403", "untimely");
            assertThat(CALLS).containsExactly("GET", "PATCH \"1\"", "PATCH \"1\"", "PATCH \"1\"");
        }
    }

    @Test
    void aCrmThatIsNotThereGetsItLater() throws Exception {
        try (var nowhere = RouteGround.context(List.of("eu"), Map.of())) {
            RouteGround.load(nowhere, "crm-call");
            nowhere.start();
            var exchange = nowhere.createProducerTemplate().send("direct:call-crm", call -> {
                call.setProperty("claim", claim("{}"));
                call.getMessage().setBody("{}");
                call.setProperty("region", "eu");
            });
            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getProperty("answer")).isEqualTo("later");
        }
    }
}
