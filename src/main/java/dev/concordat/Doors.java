package dev.concordat;

import dev.concordat.crm.HttpServers;
import dev.concordat.crm.IntakeFallback;
import dev.concordat.crm.TurnedAway;
import dev.concordat.crm.WebhookFailures;
import dev.concordat.crm.WebhookLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;

/** The doors of the bridge over HTTP, webhook and management: where they are, and what who calls there may take. */
final class Doors implements AutoCloseable {
    static final List<String> PORTS = List.of("concordat.webhook.port", "concordat.management.port", "concordat.console.port");

    private final Settings settings;
    private final Clock clock;
    private final int webhookPort;
    private final int managementPort;
    private final HttpServers servers;

    Doors(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        var taken = new ArrayList<String>();
        this.webhookPort = port("concordat.webhook.port", "concordat.webhook.host", taken);
        this.managementPort = port("concordat.management.port", "concordat.management.host", taken);
        if (!taken.isEmpty()) {
            throw new BridgeException(String.join("\n", taken));
        }
        this.servers = new HttpServers(settings.duration("concordat.http.idle"), clock);
    }

    /** The configured port; a free one for 0. Camel's servers start where a port is somebody else's, and only say so in the log. */
    private int port(String key, String host, List<String> taken) {
        try (var socket = new ServerSocket(settings.number(key), 0, InetAddress.getByName(settings.text(host)))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            taken.add("'" + key + "' [" + settings.text(key) + "] should be a port that is free on '" + host + "' [" + settings.text(host) + "]: "
                    + e.getMessage());
            return 0;
        }
    }

    int webhookPort() {
        return webhookPort;
    }

    int managementPort() {
        return managementPort;
    }

    /** On which Camel's servers run. */
    Vertx vertx() {
        return servers.vertx();
    }

    /** How long the webhook that waits longest has been waiting to be handled. */
    Duration longestWait() {
        return servers.longestWait();
    }

    /** Adds Camel's settings of the two servers. */
    void describe(Properties camel) {
        camel.setProperty("camel.server.enabled", "true");
        camel.setProperty("camel.server.host", settings.text("concordat.webhook.host"));
        camel.setProperty("camel.server.port", Integer.toString(webhookPort));
        camel.setProperty("camel.server.maxBodySize", settings.text("concordat.webhook.largest"));
        camel.setProperty("camel.server.fileUploadEnabled", "false");
        camel.setProperty("camel.management.enabled", "true");
        camel.setProperty("camel.management.host", settings.text("concordat.management.host"));
        camel.setProperty("camel.management.port", Integer.toString(managementPort));
        camel.setProperty("camel.management.healthCheckEnabled", "true");
        camel.setProperty("camel.management.metricsEnabled", "true");
    }

    /** Adds what stands before and behind the webhook's route. */
    void open(CamelContext camel, MeterRegistry metrics) throws Exception {
        camel.getRegistry().bind("webhookFailures", new WebhookFailures(camel));
        camel.addService(new WebhookLimits(camel, webhookPort, new WebhookLimits.Terms(settings.number("concordat.webhook.largest"),
                settings.number("concordat.webhook.together"), settings.duration("concordat.webhook.patience")), this::longestWait,
                new TurnedAway(clock, metrics)));
        camel.addService(new IntakeFallback(camel, webhookPort));
    }

    @Override
    public void close() {
        servers.close();
    }
}
