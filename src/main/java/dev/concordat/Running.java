package dev.concordat;

import dev.concordat.console.HawtioConsole;
import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.sample.Faults;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A bridge with its surroundings and its console, from start to stop. */
final class Running implements AutoCloseable {
    private final Surroundings surroundings;
    private final Bridge bridge;
    private final HawtioConsole console;

    private Running(Surroundings surroundings, Bridge bridge, HawtioConsole console) {
        this.surroundings = surroundings;
        this.bridge = bridge;
        this.console = console;
    }

    /** Starts everything; {@code progress} gets a line for each part that is ready. */
    static Running start(Settings settings, boolean fresh, long seed, Consumer<String> progress, Clock clock) {
        if (settings.flag("concordat.console.enabled") && !Files.isReadable(settings.path("concordat.console.policy"))) {
            throw new BridgeException("'concordat.console.policy' [" + settings.text("concordat.console.policy") + "] should be a file that can be read, or "
                    + "'concordat.console.enabled' false");
        }
        if (fresh) {
            EmbeddedParts.empty(settings.path("concordat.data"));
        }
        var surroundings = Surroundings.start(settings, seed, Faults.everyday(), clock, progress);
        try {
            var bridge = Bridge.start(surroundings.settings(), clock);
            if (surroundings.crm() != null) {
                surroundings.crm().webhooks().deliverTo(
                        URI.create("http://127.0.0.1:" + bridge.webhookPort() + "/webhooks/crm"),
                        surroundings.settings().text("concordat.webhook.secret"));
            }
            var console = settings.flag("concordat.console.enabled")
                    ? HawtioConsole.start(settings.text("concordat.console.host"), settings.number("concordat.console.port"),
                            settings.path("concordat.console.policy"), settings.path("concordat.data").resolve("console")) : null;
            var running = new Running(surroundings, bridge, console);
            Runtime.getRuntime().addShutdownHook(new Thread(running::close, "stop"));
            running.addresses().forEach(progress);
            return running;
        } catch (RuntimeException e) {
            surroundings.close();
            throw e;
        }
    }

    private List<String> addresses() {
        var settings = surroundings.settings();
        String management = "http://" + settings.text("concordat.management.host") + ":" + bridge.managementPort();
        var lines = new ArrayList<String>();
        if (console != null) {
            lines.add("console   " + console.url());
        }
        lines.add("metrics   " + management + "/observe/metrics");
        lines.add("health    " + management + "/observe/health");
        lines.add("webhook   http://" + settings.text("concordat.webhook.host") + ":" + bridge.webhookPort() + "/webhooks/crm");
        return lines;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Bridge bridge() {
        return bridge;
    }

    /** Returns when the process is told to stop. */
    void untilStopped() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private boolean closed;

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (console != null) {
            console.close();
        }
        bridge.close();
        surroundings.close();
    }
}
