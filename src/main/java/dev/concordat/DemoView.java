package dev.concordat;

import dev.concordat.Accounting.Books;
import dev.concordat.change.Breach;
import dev.concordat.sample.SampleCrm;
import dev.concordat.sample.Teller;
import dev.concordat.sample.TrafficSender;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.util.concurrent.CamelThreadFactory;

/** What the demo shows while it runs: redrawn in place in a terminal, as plain lines elsewhere. */
final class DemoView implements AutoCloseable {
    private static final List<String> OUTCOMES =
            List.of("applied", "duplicate", "superseded", "filtered", "parked", "quarantined", "discarded");
    private static final int BREACH_LINES = 5;
    private static final Duration STUCK = Duration.ofMinutes(5);

    private final boolean live;
    private final Bridge bridge;
    private final Accounting accounting;
    private final SampleCrm crm;
    private final TrafficSender sender;
    private final Teller teller;
    private final String given;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(new CamelThreadFactory("#name#", "demo-view", true));
    private final long begun = System.nanoTime();
    private long lastEnded;
    private long lastDrawn = System.nanoTime();
    private double rate;
    private int drawnLines;

    /** @param given the options that say which bridge it is */
    DemoView(boolean live, Bridge bridge, Accounting accounting, SampleCrm crm, TrafficSender sender, Teller teller, String given) {
        this.live = live;
        this.bridge = bridge;
        this.accounting = accounting;
        this.crm = crm;
        this.sender = sender;
        this.teller = teller;
        this.given = given;
        clock.scheduleWithFixedDelay(this::draw, 500, live ? 500 : 2000, TimeUnit.MILLISECONDS);
    }

    synchronized void say(String line) {
        if (!live) {
            System.out.println(line);
        }
    }

    /** Draws the state as it is now; a state that cannot be read is left out. */
    synchronized void draw() {
        try {
            var books = accounting.read();
            double seconds = Math.max(1e-3, (System.nanoTime() - lastDrawn) / 1e9);
            rate = (books.ended() - lastEnded) / seconds;
            lastEnded = books.ended();
            lastDrawn = System.nanoTime();
            if (live) {
                redraw(lines(books));
            } else {
                System.out.println(line(books));
            }
        } catch (BridgeException e) {
            say(e.getMessage());
        }
    }

    /** Waits until every change has ended, and the CRM has been told all; returns whether the books balance. */
    boolean drain(IntakeLag lag) throws InterruptedException {
        var turn = new CountDownLatch(1);
        long deadline = System.nanoTime() + STUCK.toNanos();
        int quiet = 0;
        while (quiet < 3 && System.nanoTime() < deadline) {
            turn.await(500, TimeUnit.MILLISECONDS);
            boolean read = crm.webhooks().drained() && lag.read() == 0;
            var books = accounting.read();
            boolean allCame = read && books.inFlight() == 0 && books.received() >= sender.progress().sent();
            if (allCame && books.of("parked") > 0) {
                accounting.endWaiting();
            }
            quiet = allCame && books.of("parked") == 0 && books.outbox() == 0 ? quiet + 1 : 0;
        }
        return quiet >= 3;
    }

    synchronized void finish() {
        clock.shutdownNow();
        var books = accounting.read();
        if (live) {
            // The account stands once, under its last heading.
            redraw(List.of());
        }
        System.out.println();
        System.out.println("final accounting after " + seconds() + " s");
        lines(books).forEach(System.out::println);
    }

    private String line(Books books) {
        return "%4d s  received %d  %s  in flight %d  %,.0f/s  p50 %s p99 %s  told the CRM: %d waiting".formatted(seconds(),
                books.received(), OUTCOMES.stream().map(outcome -> outcome + " " + books.of(outcome)).collect(Collectors.joining("  ")),
                books.inFlight(), Math.max(0, rate), latency(0.5), latency(0.99), books.outbox());
    }

    private List<String> lines(Books books) {
        var lines = new ArrayList<String>();
        lines.add("%-12s %10d   sent by the CRM: %d webhooks, %d on Kafka".formatted("received", books.received(),
                sender.progress().webhooks(), sender.progress().records()));
        var regions = books.outcomes();
        lines.add("%-12s %10s   %s".formatted("", "all", regions.keySet().stream().map("%8s"::formatted).collect(Collectors.joining())));
        for (String outcome : OUTCOMES) {
            lines.add("%-12s %10d   %s".formatted(outcome, books.of(outcome), regions.values().stream()
                    .map(region -> "%8d".formatted(region.getOrDefault(outcome, 0L))).collect(Collectors.joining())));
        }
        lines.add("%-12s %10d   %,.0f/s   latency p50 %s  p99 %s".formatted("in flight", books.inFlight(), Math.max(0, rate),
                latency(0.5), latency(0.99)));
        lines.add("%-12s %10d   to be told to the CRM   postings booked %d of %d".formatted("outbox", books.outbox(), teller.booked(),
                teller.total()));
        lines.addAll(breaches(books.breaches(), given));
        return lines;
    }

    static List<String> breaches(Map<Breach.Group, Long> breaches, String given) {
        if (breaches.isEmpty()) {
            return List.of("breaches     none");
        }
        var lines = new ArrayList<>(breaches.entrySet().stream()
                .sorted(Map.Entry.<Breach.Group, Long>comparingByValue().reversed()
                        .thenComparing(entry -> entry.getKey().key()))
                .limit(BREACH_LINES)
                .map(entry -> "%-12s %10d   %s".formatted("breaches", entry.getValue(), entry.getKey().key())).toList());
        if (breaches.size() > BREACH_LINES) {
            lines.add("%-12s %10s   and %d more; `quarantine list --groups%s` shows all".formatted("", "",
                    breaches.size() - BREACH_LINES, given));
        }
        return lines;
    }

    private String latency(double percentile) {
        MeterRegistry registry = bridge.metrics();
        return registry.find("concordat.latency").tag("direction", "crm-to-ledger").timers().stream()
                .mapToDouble(timer -> percentile(timer, percentile)).max().stream()
                .mapToObj(seconds -> seconds < 1 ? "%.0f ms".formatted(seconds * 1000) : "%.1f s".formatted(seconds))
                .findFirst().orElse("-");
    }

    private static double percentile(Timer timer, double percentile) {
        for (var value : timer.takeSnapshot().percentileValues()) {
            if (value.percentile() == percentile) {
                return value.value(TimeUnit.NANOSECONDS) / 1e9;
            }
        }
        return 0;
    }

    private void redraw(List<String> lines) {
        System.out.print(frame(lines, drawnLines));
        System.out.flush();
        drawnLines = lines.size();
    }

    /** Draws over as many lines as were drawn before; the terminal cuts what is longer than its own, which else would be two. */
    static String frame(List<String> lines, int before) {
        var text = new StringBuilder("\u001b[?7l");
        if (before > 0) {
            text.append("\u001b[").append(before).append('A');
        }
        lines.forEach(line -> text.append("\u001b[2K").append(line).append('\n'));
        return text.append("\u001b[J\u001b[?7h").toString();
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
    }

    /**
     * @param given       the options that say which bridge it is
     * @param quarantined name of a change that is in quarantine; empty for none
     */
    static List<String> thingsToTry(String given, Optional<String> quarantined) {
        String concordat = "./concordat" + given;
        var lines = new ArrayList<>(List.of("", "Things to try, in another terminal:",
                toTry(concordat + " quarantine list --groups", "what breaks the contract, one line for each cause")));
        quarantined.ifPresent(name -> lines.add(toTry(concordat + " quarantine show " + name,
                "one of them; replay it with: " + concordat + " quarantine replay " + name)));
        lines.addAll(List.of(
                toTry(concordat + " audit", "adherence measured, drift and misfits found; writes an HTML report"),
                toTry("edit routes/admit.camel.yaml", "it is loaded again while changes flow; see it in the console above"),
                toTry("after Ctrl-C: " + concordat + " demo --seed 7 --exit", "other traffic, checked against a state computed without the bridge"),
                "",
                "Ctrl-C stops everything."));
        return lines;
    }

    private static String toTry(String command, String what) {
        return "  %-50s %s".formatted(command, what);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
