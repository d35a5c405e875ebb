package dev.concordat.console;

import dev.concordat.BridgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Hawtio without a login, on 127.0.0.1 unless told otherwise: whoever can use this machine's loopback may look.
 *
 * <p>What a request may change is decided by the Jolokia policy alone, usually {@code config/jolokia-access.xml}.
 */
public final class HawtioConsole implements AutoCloseable {
    /** The path under which the console's pages stand. */
    public static final String CONTEXT = "/hawtio";

    /** Hawtio takes these from system properties only; its proxy would be a second door. */
    private static final Map<String, String> SETTINGS = Map.of(
            "hawtio.authenticationEnabled", "false",
            "hawtio.disableProxy", "true");

    /** Of Jolokia: what the console has no use for, and the policy does not cover. */
    private static final String UNUSED = String.join(",", "org.jolokia.service.notif.pull.PullNotificationBackend",
            "org.jolokia.service.notif.sse.SseNotificationBackend", "org.jolokia.service.jsr160.Jsr160RequestHandler");

    private final Server server;

    private HawtioConsole(Server server) {
        this.server = server;
    }

    /** Starts the console on 127.0.0.1. */
    public static HawtioConsole start(int port, Path policy, Path work) {
        return start("127.0.0.1", port, policy, work);
    }

    /**
     * Starts the console.
     *
     * @param host where it listens: in a container all addresses, and the policy then names who may ask
     * @param port 0 takes a free one
     * @param policy a file in Jolokia's format
     * @param work a folder for what the console unpacks; it is emptied at every start
     */
    public static HawtioConsole start(String host, int port, Path policy, Path work) {
        if (!Files.isReadable(policy)) {
            throw new BridgeException("the console's policy '" + policy + "' is missing;"
                    + " give the path of a file like config/jolokia-access.xml");
        }
        SETTINGS.forEach(System::setProperty);
        Server server = new Server();
        var speaking = new HttpConfiguration();
        speaking.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(speaking));
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new OwnPages(webapp(policy, work), List.of(CONTEXT + "/jolokia", CONTEXT + "/auth")));
        HawtioConsole console = new HawtioConsole(server);
        try {
            server.start();
        } catch (Exception e) {
            console.close();
            throw new BridgeException("the console does not start on port " + port + ": " + e.getMessage(), e);
        }
        return console;
    }

    private static WebAppContext webapp(Path policy, Path work) {
        WebAppContext webapp = new WebAppContext(HawtioWar.find().toString(), CONTEXT);
        webapp.setTempDirectory(work.toAbsolutePath().toFile());
        webapp.setThrowUnavailableOnStartupException(true);
        webapp.setInitParameter("policyLocation", policy.toUri().toString());
        webapp.setInitParameter("discoveryEnabled", "false");
        webapp.setInitParameter("disabledServices", UNUSED);
        webapp.setInitParameter("org.eclipse.jetty.servlet.Default.dirAllowed", "false");
        webapp.setErrorHandler(new StatusAlone());
        webapp.getProtectedClassMatcher().add("org.slf4j.");
        return webapp;
    }

    public int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new BridgeException("the console does not stop: " + e.getMessage(), e);
        }
    }
}
