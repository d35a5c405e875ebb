package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Sent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The refetch as it is shipped, against a CRM that answers over real HTTP; what it would send to Kafka is caught. */
@Timeout(300)
class RefetchTest {
    private static HttpServer crm;
    private static CamelContext camel;
    private static MockEndpoint intake;
    private static volatile byte[] answer;
    private static volatile int status;
    private static volatile boolean endless;
    private static volatile String asked;

    @BeforeAll
    static void start() throws Exception {
        crm = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        crm.createContext("/api", RefetchTest::answer);
        crm.start();
        camel = RouteGround.context(List.of("eu"), Map.of("concordat.crm.url", "http://127.0.0.1:" + crm.getAddress().getPort() + "/api"));
        RouteGround.load(camel, "crm-call", "refetch");
        AdviceWith.adviceWith(camel, "refetch", route -> {
            route.replaceFromWith("direct:batch");
            route.weaveById("commit-refetches").remove();
        });
        AdviceWith.adviceWith(camel, "refetch-entity", route -> route.weaveById("send-refetched").replace().to("mock:intake"));
        AdviceWith.adviceWith(camel, "refetch-of-nothing", route -> route.weaveById("send-unnamed").replace().to("mock:intake"));
        camel.start();
        intake = camel.getEndpoint("mock:intake", MockEndpoint.class);
    }

    @AfterAll
    static void stop() {
        camel.stop();
        crm.stop(0);
    }

    @BeforeEach
    void forget() {
        intake.reset();
        status = 200;
        endless = false;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            for (String header : List.of("kafka.OVERRIDE_TOPIC", "kafka.KEY", "CamelHttpPath", "CamelHttpResponseCode",
                    "concordat-returned", "concordat-receipt", "ce_id")) {
                exchange.getResponseHeaders().add(header, "500");
            }
            if (endless) {
                exchange.sendResponseHeaders(status, 0);
                while (true) {
                    exchange.getResponseBody().write(answer);
                }
            }
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Test
    void aRecordWithoutAValueHoldsNobodyUp() {
        answer = "{}".getBytes(UTF_8);
        var sent = Sent.customer("C-1");
        sent.op("refetch");
        camel.createProducerTemplate().sendBody("direct:batch", List.of(Sent.received(null, Map.of(), 0), sent.at(1).received()));
        assertThat(intake.getExchanges()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "nonsense", "", " ", "[]", "null", "7", "\"customer/C-1\"", "{\"subject\":null}", "{\"subject\":\"customer\"}", "{\"subject\":\"/C-1\"}",
        "{\"subject\":\"customer/\"}", "{\"subject\":\"customer/..\"}", "{\"subject\":\"customer/../accounts/A-1\"}", "{\"subject\":\"customer/C 1\"}",
        "{\"subject\":\"customer/C-1?x=1\"}", "{\"subject\":\"customer/C-1\",\"subject\":\"customer/C-2\"}",
        "{\"subject\":\"a\\n/C-1\"}", "{\"subject\":\"\\ud800/C-1\"}", "{\"subject\":{\"a\":1}}", "{\"partitionkey\":\"C-7\"}"})
    @Timeout(10)
    void whatNamesNoEntityGoesToTheIntakeAsItIsAndHoldsNobodyUp(String body) {
        answer = "{\"id\":\"C-1\"}".getBytes(UTF_8);
        asked = null;
        var unnamed = Sent.received(body.getBytes(UTF_8), Map.of(ChangeReader.FIRST, "crm.changes-0@5", "ce_subject", "customer/C-9"), 0);
        camel.createProducerTemplate().sendBody("direct:batch", List.of(unnamed));
        assertThat(asked).isNull();
        assertThat(intake.getExchanges()).hasSize(1);
        var sent = intake.getExchanges().get(0).getMessage();
        assertThat(sent.getBody(byte[].class)).isEqualTo(body.getBytes(UTF_8));
        assertThat(sent.getHeaders()).containsOnlyKeys(KafkaConstants.KEY).containsEntry(KafkaConstants.KEY, body.contains("C-7") ? "C-7" : null);
        var change = new ChangeReader(Sent.LARGEST).read(Sent.received(body.getBytes(UTF_8), Map.of(), 7));
        assertThat(change.breaches()).singleElement().satisfies(breach -> assertThat(breach.sentence()).contains(" should be "));
        intake.reset();
        camel.createProducerTemplate().sendBody("direct:batch", List.of(Sent.customer("C-1").op("refetch").at(1).received()));
        assertThat(asked).isEqualTo("GET /api/customers/C-1");
        assertThat(intake.getExchanges()).hasSize(1);
    }

    @Test
    @Timeout(10)
    void aSubjectTooLongForTheIntakeIsTooLongForAnAddress() {
        answer = "{}".getBytes(UTF_8);
        camel.createProducerTemplate().sendBody("direct:batch", List.of(Sent.customer("C-1").op("refetch").with("subject", "x".repeat(253) + "/C-1").received(),
                Sent.customer("C-1").op("refetch").with("subject", "x".repeat(252) + "/C-1").received()));
        assertThat(asked).isEqualTo("GET /api/" + "x".repeat(252) + "s/C-1");
        assertThat(intake.getExchanges()).extracting(exchange -> exchange.getMessage().getHeaders().containsKey(ChangeReader.RETURNED)).containsExactly(false, true);
    }

    /** A contract may be about an entity of any name. */
    @ParameterizedTest
    @CsvSource({"Geschäft, Gesch%C3%A4ft", "life policy, life%20policy", "100%, 100%25", "a+b, a%2Bb", "a?b=c, a%3Fb%3Dc", "[a], %5Ba%5D", "\\u2028, %E2%80%A8"})
    @Timeout(10)
    void anEntityWhoseNameCannotStandInAnAddressIsAskedForStill(String entity, String inAddress) {
        answer = "{\"id\":\"C-1\"}".getBytes(UTF_8);
        camel.createProducerTemplate().sendBody("direct:batch", List.of(Sent.received(("{\"subject\":\"" + entity + "/C-1\"}").getBytes(UTF_8), Map.of(), 0)));
        assertThat(asked).isEqualTo("GET /api/" + inAddress + "s/C-1");
        assertThat(intake.getExchanges()).hasSize(1);
    }

    private static Change refetched(byte[] answered) {
        answer = answered;
        camel.createFluentProducerTemplate().to("direct:refetch").withBody(Sent.customer("C-1").op("refetch").bytes())
                .withExchangeProperty("key", "C-1").withExchangeProperty("receipt", "crm.changes-0@5").send();
        assertThat(asked).isEqualTo("GET /api/customers/C-1");
        assertThat(intake.getExchanges()).hasSize(1);
        var sent = intake.getExchanges().get(0).getMessage();
        assertThat(sent.getHeaders()).containsOnly(Map.entry(KafkaConstants.KEY, "C-1"), Map.entry(ChangeReader.RETURNED, "refetch"),
                Map.entry(ChangeReader.FIRST, "crm.changes-0@5"));
        return new ChangeReader(Sent.LARGEST).read(Sent.received(sent.getBody(byte[].class), Map.of(), 7));
    }

    @Test
    void whatTheCrmAnswersIsWhatTheChangeSets() {
        var change = refetched("{\"id\":\"C-1\",\"familyName\":\"Muster\",\"version\":7}".getBytes(UTF_8));
        assertThat(change.breaches()).isEmpty();
        assertThat(change.after().get("familyName").asText()).isEqualTo("Muster");
        assertThat(change.after().has("version")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>log in</html>", "[{\"id\":\"C-1\"}]", "null", "{\"id\":\"C-1\",\"id\":\"C-1\"}",
        "{\"id\":\"C-2\"}", "{}"})
    void anAnswerThatIsNotTheEntityEndsInQuarantineAndIsNotAskedForEver(String answered) {
        assertThat(refetched(answered.getBytes(UTF_8)).breaches()).extracting(Breach::rule).containsExactly("envelope");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410, 400, 403, 405, 406, 415, 422, 431, 451, 300, 301, 302, 303, 307, 308})
    void anEntityThatTheCrmDoesNotHaveOrDoesNotShowEndsInQuarantine(int said) {
        status = said;
        assertThat(refetched("{\"id\":\"C-1\"}".getBytes(UTF_8)).breaches()).extracting(Breach::pointer).containsExactly("/after");
    }

    @Test
    void aDeepOrALongAnswerEndsInQuarantineToo() {
        assertThat(refetched(("{\"id\":\"C-1\",\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}").getBytes(UTF_8)).breaches())
                .extracting(Breach::rule).containsExactly("envelope");
        intake.reset();
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) ' ');
        large[0] = '{';
        large[large.length - 1] = '}';
        assertThat(refetched(large).breaches()).extracting(Breach::rule).containsExactly("envelope");
        intake.reset();
        String entity = "{\"id\":\"C-1\",\"x\":\"" + "x".repeat(1_000_000) + "\"}";
        assertThat(refetched(entity.getBytes(UTF_8)).breaches()).extracting(Breach::rule).containsExactly("document-size");
    }

    @Test
    @Timeout(60)
    void anAnswerWithoutAnEndEndsInQuarantineAndHoldsNobodyUp() {
        endless = true;
        assertThat(refetched("{\"id\":\"C-1\",".getBytes(UTF_8)).breaches()).extracting(Breach::rule).containsExactly("envelope");
        endless = false;
        intake.reset();
        assertThat(refetched("{\"id\":\"C-1\"}".getBytes(UTF_8)).breaches()).isEmpty();
    }

    /** The receipt goes with it there and back, so that one that is sent twice after a crash is known. */
    @Test
    void aChangeWithoutValuesIsBookedWhereItCameIn() {
        var change = Sent.customer("C-1").op("refetch").at(5).read();
        var message = new LaneRecords(".changes", "crm.refetch").write(List.of(change), new DefaultExchange(camel)).get(0);
        assertThat(message.getHeader(ChangeReader.FIRST)).isEqualTo("crm.changes-0@5");
        var returned = Sent.received(Sent.customer("C-1").bytes(), Map.of(ChangeReader.RETURNED, "refetch".getBytes(UTF_8),
                ChangeReader.FIRST, "crm.changes-0@5".getBytes(UTF_8)), 9);
        assertThat(new ChangeReader(Sent.LARGEST).read(returned).receipt().booked()).isEqualTo("crm.changes-0@5");
    }
}
