package dev.concordat;

import dev.concordat.console.HawtioConsole;
import dev.concordat.embedded.DataFolder;
import dev.concordat.sample.Faults;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A bridge with its surroundings and its console, from start to stop. */
final class Running implements AutoCloseable {
    private static volatile boolean stopping;

    private final Surroundings surroundings;
    private volatile Bridge bridge;
    private volatile HawtioConsole console;

    private Running(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Starts everything; {@code progress} gets a line for each part that is ready. */
    static Running start(Settings settings, boolean fresh, long seed, Consumer<String> progress, Clock clock) {
        // First of all: another Concordat in the same folder is why its ports are taken.
        var running = new Running(Surroundings.open(settings, progress));
        try {
            check(settings);
            // Before anything starts: whatever has begun when the process is told to stop is stopped.
            Runtime.getRuntime().addShutdownHook(new Thread(running::stop, "stop"));
            if (fresh) {
                running.surroundings.empty();
            }
            running.surroundings.start(seed, Faults.everyday(), clock, progress);
            running.open(clock);
            running.addresses().forEach(progress);
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    /** Whether the process was told to stop: what fails from then on fails because of that. */
    static boolean stopping() {
        return stopping;
    }

    private void stop() {
        stopping = true;
        close();
    }

    private static void check(Settings settings) {
        var findings = Doors.findings(settings);
        if (settings.flag("concordat.console.enabled") && !Files.isReadable(settings.path("concordat.console.policy"))) {
            findings.add("'concordat.console.policy' [" + settings.text("concordat.console.policy") + "] should be a file that can be read, or "
                    + "'concordat.console.enabled' false");
        }
        // Also where nothing is embedded: the console is unpacked there, and answers of the CRM wait.
        Path data = settings.path("concordat.data");
        var within = new ArrayList<>(List.of(data));
        if (settings.flag("concordat.console.enabled")) {
            within.add(console(settings));
        }
        if (settings.has("concordat.reports")) {
            checkFolders("concordat.reports", settings.reports(), List.of(settings.reports()), findings);
        } else {
            within.add(settings.reports());
        }
        checkFolders("concordat.data", data, within, findings);
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
    }

    private static void checkFolders(String key, Path named, List<Path> folders, List<String> findings) {
        folders.stream().flatMap(folder -> DataFolder.objection(folder).stream()).findFirst().ifPresent(why ->
                findings.add("'" + key + "' [" + named + "] should be a folder that can be written: " + why));
    }

    private static Path console(Settings settings) {
        return settings.path("concordat.data").resolve("console");
    }

    private void open(Clock clock) {
        var settings = surroundings.settings();
        keep(Bridge.start(settings, clock));
        if (surroundings.crm() != null) {
            surroundings.crm().webhooks().deliverTo(URI.create(webhook()), settings.text("concordat.webhook.secret"));
        }
        if (settings.flag("concordat.console.enabled")) {
            console = HawtioConsole.start(settings.text("concordat.console.host"), settings.number("concordat.console.port"),
                    settings.path("concordat.console.policy"), console(settings));
        }
    }

    /** Whoever told it to stop meanwhile could not close what was not there yet. */
    private synchronized void keep(Bridge started) {
        bridge = started;
        if (closed) {
            bridge.close();
            throw new BridgeException("the bridge was told to stop while it started");
        }
    }

    private String webhook() {
        return Doors.url(surroundings.settings().text("concordat.webhook.host"), bridge.webhookPort()) + "/webhooks/crm";
    }

    private List<String> addresses() {
        var settings = surroundings.settings();
        String management = Doors.url(settings.text("concordat.management.host"), bridge.managementPort());
        var lines = new ArrayList<String>();
        if (console != null) {
            lines.add("console   " + Doors.url(settings.text("concordat.console.host"), console.port()) + HawtioConsole.CONTEXT);
        }
        lines.add("metrics   " + management + "/observe/metrics");
        lines.add("health    " + management + "/observe/health");
        lines.add("webhook   " + webhook());
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
        // What knocks at a door while it closes is a warning of Netty's in the log.
        surroundings.hush();
        if (console != null) {
            console.close();
        }
        if (bridge != null) {
            bridge.close();
        }
        surroundings.close();
    }
}
