package dev.concordat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as it should not come to the webhook's door: it is answered soundly, and nothing behind it is taken for a request of its own. */
@Timeout(300)
class WebhookProtocolTest {
    private static final String LINE = "POST /webhooks/crm HTTP/1.1\r\nHost: x\r\n";
    /** Would be answered with 405 if it were taken for a request. */
    private static final String BEHIND = "GET /webhooks/crm HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String LARGEST = "4096";

    private static IntakeGround ground;
    private static Webhooks door;

    @BeforeAll
    static void start() throws Exception {
        ground = new IntakeGround(Map.of("concordat.webhook.largest", LARGEST, "concordat.webhook.together", LARGEST));
        door = new Webhooks(ground.address, RouteGround.SECRET);
    }

    @AfterAll
    static void stop() {
        ground.close();
    }

    /** What is answered until the bridge closes the connection. */
    private static String answers(String sent) throws IOException {
        try (var socket = new Socket("127.0.0.1", ground.address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    static Stream<Arguments> damaged() {
        String chunked = "Transfer-Encoding: chunked\r\n";
        String body = "\r\n2\r\n{}\r\n0\r\n\r\n";
        return Stream.of(
                Arguments.of("a negative length", "Content-Length: -5\r\n\r\n{}", "400"),
                Arguments.of("a length of 20 digits", "Content-Length: 99999999999999999999\r\n\r\n{}", "400"),
                Arguments.of("a length that is no number", "Content-Length: 2x\r\n\r\n{}", "400"),
                Arguments.of("a length with a sign", "Content-Length: +2\r\n\r\n{}", "400"),
                Arguments.of("no length", "Content-Length: \r\n\r\n{}", "400"),
                Arguments.of("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"),
                Arguments.of("the same length twice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "400"),
                Arguments.of("a list of lengths", "Content-Length: 2, 2\r\n\r\n{}", "400"),
                Arguments.of("length and chunks", "Content-Length: 2\r\n" + chunked + body, "401"),
                Arguments.of("chunks and length", chunked + "Content-Length: 2\r\n" + body, "401"),
                Arguments.of("chunks", chunked + body, "401"),
                Arguments.of("too much in chunks", chunked + "\r\n1001\r\n" + "x".repeat(4097) + "\r\n0\r\n\r\n", "413"),
                Arguments.of("too long", "Content-Length: 4097\r\n\r\n" + "x".repeat(4097), "413"),
                Arguments.of("no coding", "Transfer-Encoding: identity\r\n\r\n{}", "400"),
                Arguments.of("a coding behind chunks", "Transfer-Encoding: chunked, gzip\r\n" + body, "400"),
                Arguments.of("a coding before chunks", "Transfer-Encoding: gzip, chunked\r\n" + body, "400"),
                Arguments.of("chunks of chunks", chunked + chunked + body, "400"),
                Arguments.of("a chunk of no size", chunked + "\r\nzz\r\n{}\r\n0\r\n\r\n", ""),
                Arguments.of("a chunk of negative size", chunked + "\r\n-2\r\n{}\r\n0\r\n\r\n", ""),
                Arguments.of("a chunk without end", chunked + "\r\nffffffffffffffff\r\n{}\r\n0\r\n\r\n", ""),
                Arguments.of("a header too long", "X: " + "x".repeat(9_000) + "\r\n\r\n", "431"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damaged")
    void itIsAnsweredOnceAndTheConnectionIsClosed(String name, String rest, String status) throws IOException {
        String said = answers(LINE + rest + BEHIND);
        assertThat(said.split("HTTP/1[.]", -1)).hasSize(status.isEmpty() ? 1 : 2);
        if (!status.isEmpty()) {
            assertThat(said).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%zz", "a=%", "a=1&b=%e"})
    void aQueryThatCannotBeReadIsTheSendersFault(String query) throws IOException {
        String said = answers(LINE.replace("/crm", "/crm?" + query) + "Content-Length: 2\r\n\r\n{}" + BEHIND);
        assertThat(said).startsWith("HTTP/1.1 400 ").endsWith("the query should be percent-encoded, as %25 for a %\n");
        assertThat(said.split("HTTP/1[.]", -1)).hasSize(2);
        assertThat(answers(LINE.replace("/crm", "/crm?a=%25&b=%c3%a9") + "Connection: close\r\nContent-Length: 2\r\n\r\n{}")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void whatStandsBehindABodyInChunksIsNotCarriedOut() throws IOException {
        var signed = door.of("behind", "{}".getBytes(UTF_8));
        int before = ground.intake.getReceivedCounter();
        String behind = LINE + "webhook-id: " + signed.id() + "\r\nwebhook-timestamp: " + signed.time() + "\r\nwebhook-signature: "
                + signed.signature() + "\r\nContent-Length: 2\r\n\r\n{}";
        assertThat(answers(LINE + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + behind)).startsWith("HTTP/1.1 401 ");
        assertThat(ground.intake.getReceivedCounter()).isEqualTo(before);
        assertThat(answers(behind.replace("Content-Length", "Connection: close\r\nContent-Length"))).startsWith("HTTP/1.1 202 ");
    }

    @Test
    void anAnswerBeforeTheBodyInChunksHasArrivedIsHeard() throws IOException {
        assertThat(answers(LINE.replace("POST", "PUT") + "Transfer-Encoding: chunked\r\n\r\n800\r\n" + "x".repeat(2048) + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ");
    }

    @ParameterizedTest
    @CsvSource({"GET, crm", "HEAD, crm", "PUT, crm", "OPTIONS, crm", "GET, none"})
    void anotherMethodIsToldWhichIsTaken(String method, String path) throws IOException {
        assertThat(answers(LINE.replace("POST", method).replace("crm", path) + "Connection: close\r\n\r\n").split("\r\n"))
                .startsWith("HTTP/1.1 405 Method Not Allowed").containsOnlyOnce("allow: POST");
    }

    @Test
    void whatWasDamagedGivesItsRoomBack() throws Exception {
        for (int i = 0; i < 20; i++) {
            answers(LINE + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
        }
        assertThat(door.send(door.of("room", new byte[Integer.parseInt(LARGEST)])).join().statusCode()).isEqualTo(202);
    }

    @Test
    void aSenderThatAsksWhetherToGoOnIsTold() throws IOException {
        String asks = "Expect: 100-continue\r\nConnection: close\r\nContent-Length: ";
        assertThat(answers(LINE + asks + "2\r\n\r\n{}")).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 ");
        assertThat(answers(LINE + asks + "4097\r\n\r\n" + "x".repeat(4097))).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void http2IsRefusedAtOnceAndItsUpgradeIsAnsweredInHttp1() throws IOException {
        assertThat(answers("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")).startsWith("HTTP/2.0 501 ");
        assertThat(answers(LINE + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
                + "Content-Length: 2\r\n\r\n{}" + BEHIND.replace("Host", "Connection: close\r\nHost"))).startsWith("HTTP/1.1 401 ")
                .contains("HTTP/1.1 405 ");
    }

    @Test
    void aSenderThatOffersHttp2IsServedInHttp1() {
        var answer = door.send(HttpClient.Version.HTTP_2, door.of("offers", "{}".getBytes(UTF_8))).join();
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
}
