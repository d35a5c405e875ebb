package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.audit.Alerts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Route {@code alert} as it is shipped, against an Alertmanager that answers over real HTTP. */
@Timeout(300)
class AlertRouteTest {
    /** It takes the connection and says nothing; the route's limit is shortened here. */
    @Test
    void anAlertmanagerThatDoesNotAnswerIsWaitedForNoLongerThanTheRouteSays() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        var ended = new CountDownLatch(1);
        var alertmanager = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var workers = Executors.newCachedThreadPool();
        alertmanager.setExecutor(workers);
        alertmanager.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        alertmanager.start();
        try (var camel = RouteGround.context(List.of("eu"), Map.of("concordat.alerts.pause", "1",
                "concordat.alerts.url", "http://127.0.0.1:" + alertmanager.getAddress().getPort()))) {
            String shipped = Files.readString(Path.of("routes/audit.camel.yaml"));
            assertThat(shipped).contains("responseTimeout: 10000");
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("audit.camel.yaml",
                    shipped.replace("responseTimeout: 10000", "responseTimeout: 50")));
            AdviceWith.adviceWith(camel, "audit", route -> route.replaceFromWith("direct:unused"));
            camel.start();
            try (var template = camel.createProducerTemplate()) {
                var batch = new Alerts.Batch(JsonNodeFactory.instance.arrayNode(), Alerts.Firing.of(JsonNodeFactory.instance.arrayNode()));
                assertThat(template.send("direct:alert", exchange -> exchange.getMessage().setBody(batch)).getException()).isNull();
            }
            assertThat(asked).hasSize(6).containsOnly("/api/v2/alerts");
        } finally {
            ended.countDown();
            alertmanager.stop(0);
            workers.shutdown();
        }
    }

    @Test
    void anAlertmanagerThatIsAwayHoldsUpNoAudit() throws Exception {
        var asked = new AtomicInteger();
        var alertmanager = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        alertmanager.createContext("/api/v2/alerts", exchange -> {
            exchange.sendResponseHeaders(asked.incrementAndGet() <= 8 ? 503 : 200, -1);
            exchange.close();
        });
        alertmanager.start();
        try (var camel = RouteGround.context(List.of("eu"), Map.of("concordat.alerts.pause", "1",
                "concordat.alerts.url", "http://127.0.0.1:" + alertmanager.getAddress().getPort()))) {
            RouteGround.load(camel, "audit");
            AdviceWith.adviceWith(camel, "audit", route -> route.replaceFromWith("direct:unused"));
            AdviceWith.adviceWith(camel, "alert", route -> route.weaveById("remember-alerts").replace().to("mock:remembered"));
            camel.start();
            var remembered = camel.getEndpoint("mock:remembered", MockEndpoint.class);
            try (var template = camel.createProducerTemplate()) {
                var batch = new Alerts.Batch(JsonNodeFactory.instance.arrayNode(), Alerts.Firing.of(JsonNodeFactory.instance.arrayNode()));
                assertThat(template.send("direct:alert", exchange -> exchange.getMessage().setBody(batch)).getException()).isNull();
                assertThat(asked).hasValue(6);
                assertThat(remembered.getExchanges()).isEmpty();
                assertThat(template.send("direct:alert", exchange -> exchange.getMessage().setBody(batch)).getException()).isNull();
                assertThat(asked).hasValue(9);
                assertThat(remembered.getExchanges()).hasSize(1);
            }
        } finally {
            alertmanager.stop(0);
        }
    }
}
