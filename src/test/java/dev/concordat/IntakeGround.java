package dev.concordat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.util.function.ThrowingRunnable;

/** The webhook's door as it is shipped, with its limits, on real HTTP; what it would send to Kafka is caught. */
final class IntakeGround implements AutoCloseable {
    final MockEndpoint intake;
    final URI address;
    final MeterRegistry metrics = new SimpleMeterRegistry();
    private final CamelContext camel;
    private final Doors doors;

    /** @param values settings that are not as shipped */
    IntakeGround(Map<String, String> values) throws Exception {
        this(values, Clock.systemUTC(), sent -> { });
    }

    /** @param kafka is handed what is sent there, in the thread that sends it */
    IntakeGround(Map<String, String> values, Clock clock, Processor kafka) throws Exception {
        var settings = RouteGround.settings(values).with("concordat.webhook.port", Integer.toString(FreePort.any()))
                .with("concordat.management.port", Integer.toString(FreePort.any()));
        doors = new Doors(settings, clock);
        address = URI.create("http://127.0.0.1:" + doors.webhookPort() + "/webhooks/crm");
        camel = RouteGround.context(List.of("eu"), values);
        camel.getRegistry().bind("vertx", doors.vertx());
        var server = new MainHttpServer();
        server.setHost("127.0.0.1");
        server.setPort(doors.webhookPort());
        server.setMaxBodySize((long) settings.number("concordat.webhook.largest"));
        camel.addService(server, true, true);
        doors.open(camel, metrics);
        RouteGround.load(camel, "webhook-intake");
        AdviceWith.adviceWith(camel, "accept-webhook", route -> route.weaveById("send-to-intake").replace().process(kafka).to("mock:intake"));
        camel.start();
        intake = camel.getEndpoint("mock:intake", MockEndpoint.class);
    }

    /** How long the webhook that waits longest has been waiting for a thread. */
    Duration longestWait() {
        return doors.longestWait();
    }

    /** As while a file of routes is loaded again. */
    void withoutRoute(ThrowingRunnable<Exception> meanwhile) throws Exception {
        camel.getRouteController().stopRoute("webhook-intake");
        meanwhile.run();
        camel.getRouteController().startRoute("webhook-intake");
    }

    /** As a bridge does that is told to stop, while what it has begun is brought to its end. */
    void stopTaking() throws Exception {
        camel.getRouteController().suspendRoute("webhook-intake");
    }

    @Override
    public void close() {
        camel.stop();
        doors.close();
    }
}
