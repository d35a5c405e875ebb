package dev.concordat;

import dev.concordat.crm.HttpServers;
import dev.concordat.crm.IntakeFallback;
import dev.concordat.crm.TurnedAway;
import dev.concordat.crm.WebhookFailures;
import dev.concordat.crm.WebhookLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;

/** The doors of the bridge over HTTP: where webhook and management are, what who calls there may take, and whether the ports of these and the console are free. */
final class Doors implements AutoCloseable {
    private static final String CONSOLE = "concordat.console.port";
    static final List<String> PORTS = List.of("concordat.webhook.port", "concordat.management.port", CONSOLE);

    private final Settings settings;
    private final Clock clock;
    private final int webhookPort;
    private final int managementPort;
    private final HttpServers servers;

    Doors(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        var taken = new ArrayList<String>();
        this.webhookPort = port(settings, "concordat.webhook.port", taken);
        this.managementPort = port(settings, "concordat.management.port", taken);
        if (!taken.isEmpty()) {
            throw new BridgeException(String.join("\n", taken));
        }
        this.servers = new HttpServers(settings.duration("concordat.http.idle"), clock);
    }

    /** The keys of the ports of all doors that are opened, the console's among them. */
    static List<String> opened(Settings settings) {
        return PORTS.stream().filter(key -> !isConsole(key) || settings.flag("concordat.console.enabled")).toList();
    }

    /** The other two are Camel's. */
    static boolean isConsole(String port) {
        return port.equals(CONSOLE);
    }

    /** The key of the host on which a port is opened. */
    static String host(String port) {
        return port.replace(".port", ".host");
    }

    /** Where a client on this machine finds a server: on loopback if it listens on all addresses. */
    static String url(String host, int port) {
        String name = host;
        try {
            var listening = InetAddress.getByName(host);
            if (listening.isAnyLocalAddress()) {
                name = listening instanceof Inet6Address ? "::1" : "127.0.0.1";
            }
        } catch (UnknownHostException e) {
            // Nothing listens there.
        }
        return "http://" + (name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name) + ":" + port;
    }

    /** Which doors somebody else has, to be told before anything starts: the console's is opened last, beside a bridge that runs. */
    static List<String> findings(Settings settings) {
        var taken = new ArrayList<String>();
        opened(settings).forEach(key -> port(settings, key, taken));
        return taken;
    }

    /** The configured port; a free one for 0. Camel's servers start where a port is somebody else's, and only say so in the log. */
    private static int port(Settings settings, String key, List<String> taken) {
        String host = host(key);
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

    /** Adds what stands before and behind the webhook's route, to be started with the servers, before any route; returns what is behind it. */
    IntakeFallback open(CamelContext camel, MeterRegistry metrics) throws Exception {
        camel.getRegistry().bind("webhookFailures", new WebhookFailures(camel));
        camel.addService(new WebhookLimits(camel, webhookPort, new WebhookLimits.Terms(settings.number("concordat.webhook.largest"),
                settings.number("concordat.webhook.together"), settings.duration("concordat.webhook.patience")), this::longestWait,
                new TurnedAway(clock, metrics)), true, true);
        var fallback = new IntakeFallback(camel, webhookPort, servers::open);
        camel.addService(fallback, true, true);
        return fallback;
    }

    @Override
    public void close() {
        servers.close();
    }
}
