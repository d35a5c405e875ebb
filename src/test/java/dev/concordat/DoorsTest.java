package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorsTest {
    private static Settings settings(String webhook, String management) throws IOException {
        return Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.webhook.port", webhook)
                .with("concordat.management.port", management);
    }

    @Test
    void aDoorThatSomebodyElseHasIsSaidBeforeAnythingStarts() throws IOException {
        try (var one = new ServerSocket(0, 0, InetAddress.getLoopbackAddress()); var two = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            var taken = settings(Integer.toString(one.getLocalPort()), Integer.toString(two.getLocalPort()));
            assertThatThrownBy(() -> new Doors(taken, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("'concordat.webhook.port' [" + one.getLocalPort() + "] should be a port that is free on 'concordat.webhook.host' [127.0.0.1]")
                    .hasMessageContaining("'concordat.management.port' [" + two.getLocalPort() + "]");
        }
    }

    @Test
    void theConsolesDoorIsTriedWithTheOthersWhereItIsOpened() throws IOException {
        try (var other = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(other.getLocalPort());
            var taken = settings("0", port).with("concordat.console.port", port);
            assertThat(Doors.findings(taken)).hasSize(2).anyMatch(finding -> finding.startsWith("'concordat.management.port' [" + port + "]"))
                    .anyMatch(finding -> finding.startsWith("'concordat.console.port' [" + port + "] should be a port that is free on 'concordat.console.host' [127.0.0.1]: "));
            assertThat(Doors.findings(taken.with("concordat.console.enabled", "false"))).singleElement().asString().startsWith("'concordat.management.port'");
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "localhost,localhost", "0.0.0.0,127.0.0.1", "::,[::1]", "::1,[::1]", "[::1],[::1]", "0:0:0:0:0:0:0:0,[::1]"})
    void aDoorIsToldAsAClientOnThisMachineFindsIt(String host, String found) {
        assertThat(Doors.url(host, 8080)).isEqualTo("http://" + found + ":8080");
        assertThat(URI.create(Doors.url(host, 8080)).getHost()).isEqualTo(found);
    }

    /** Sends a webhook whenever Camel starts or stops it, and takes down what is answered. */
    private static final class Sender extends ServiceSupport {
        private final URI address;
        private final String body;
        private final List<String> answers = new ArrayList<>();

        Sender(int port, String body) {
            this.address = URI.create("http://127.0.0.1:" + port + "/webhooks/crm");
            this.body = body;
        }

        @Override
        protected void doStart() throws Exception {
            var answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.discarding());
            answers.add(answer.statusCode() + answer.headers().firstValue("Retry-After").map(" "::concat).orElse(""));
        }

        @Override
        protected void doStop() throws Exception {
            doStart();
        }
    }

    @Test
    void whoSendsAWebhookDuringAStartOrStopIsAskedToComeAgain() throws Exception {
        var settings = settings("0", "0").with("concordat.webhook.largest", "10");
        try (var doors = new Doors(settings, Clock.systemUTC()); var camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("vertx", doors.vertx());
            var server = new MainHttpServer();
            server.setHost("127.0.0.1");
            server.setPort(doors.webhookPort());
            camel.addService(server, true, true);
            var closed = new Sender(doors.webhookPort(), "{}");
            camel.addService(closed, true, true);
            doors.open(camel, new SimpleMeterRegistry());
            var opened = new Sender(doors.webhookPort(), "{}");
            camel.addService(opened, true, true);
            var large = new Sender(doors.webhookPort(), "more than ten bytes");
            camel.addService(large, true, true);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/webhooks/crm").setBody(constant("taken"));
                }
            });
            camel.start();
            assertThat(closed.answers).as("before the server knows its addresses").containsExactly("503 1");
            assertThat(opened.answers).as("before the route takes any").containsExactly("503 1");
            assertThat(large.answers).as("before the route takes any").containsExactly("413");
            opened.doStart();
            camel.stop();
            assertThat(opened.answers).as("with a route, and when it is gone").containsExactly("503 1", "200", "503 1");
            assertThat(closed.answers).as("as long as the server listens").containsExactly("503 1", "503 1");
        }
    }

    @Test
    void aPortThatIsFreeIsTaken() throws IOException {
        try (var doors = new Doors(settings("0", "0"), Clock.systemUTC())) {
            assertThat(doors.webhookPort()).isPositive().isNotEqualTo(doors.managementPort());
            try (var same = new Doors(settings(Integer.toString(doors.webhookPort()), "0"), Clock.systemUTC())) {
                assertThat(same.webhookPort()).isEqualTo(doors.webhookPort());
            }
        }
    }
}
