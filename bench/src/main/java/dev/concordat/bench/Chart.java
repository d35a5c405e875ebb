package dev.concordat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The report's throughput as bars in SVG, clean above dirty; its colours follow the reader's light or dark scheme. */
final class Chart {
    private static final int WIDTH = 860;
    private static final int LEFT = 190;
    private static final int LONGEST = 400;
    private static final int BAR = 16;
    private static final int GROUP = 2 * BAR + 18;
    private static final int TOP = 64;
    private static final Map<Contestant, String> NAMES = Map.of(Contestant.BARE, "bare limit", Contestant.CONNECT, "Kafka Connect",
            Contestant.CONNECT_TOLERANT, "Connect, tolerant", Contestant.CAMEL_PLAIN, "plain Camel route",
            Contestant.CONCORDAT, "Concordat");

    private final Report report;
    private final StringBuilder svg = new StringBuilder();

    Chart(Report report) {
        this.report = report;
    }

    void write(Path file) throws IOException {
        double most = 1;
        int groups = 0;
        for (Contestant each : Contestant.values()) {
            for (boolean dirty : new boolean[] {false, true}) {
                double speed = report.speed(each, dirty);
                most = Double.isNaN(speed) ? most : Math.max(most, speed);
            }
            groups += report.measured(each, true) || report.measured(each, false) ? 1 : 0;
        }
        int height = TOP + groups * GROUP + 30;
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img" aria-labelledby="title">
                <title id="title">Changes a second from Kafka into PostgreSQL, on clean and on dirty data</title>
                <style>
                  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
                  .small { font-size: 12px; fill: #59636e; }
                  .head { font-size: 15px; font-weight: 600; }
                  .clean { fill: #2f6fb3; } .dirty { fill: #b5672b; } .wrong { fill: #b3261e; }
                  @media (prefers-color-scheme: dark) {
                    text { fill: #e6edf3; } .small { fill: #9198a1; }
                    .clean { fill: #6aa5e3; } .dirty { fill: #dd9a63; } .wrong { fill: #ff8a80; }
                  }
                </style>
                <text class="head" x="12" y="22">Changes a second from Kafka into PostgreSQL</text>
                <rect class="clean" x="12" y="35" width="12" height="12"/><text class="small" x="30" y="46">clean data</text>
                <rect class="dirty" x="112" y="35" width="12" height="12"/>
                <text class="small" x="130" y="46">1 %% duplicates, 1 %% late, 1 %% in breach</text>
                """.formatted(WIDTH, height));
        int y = TOP;
        for (Contestant each : Contestant.values()) {
            if (report.measured(each, true) || report.measured(each, false)) {
                svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n".formatted(LEFT - 12, y + BAR + 5, NAMES.get(each)));
                bar(each, false, y, most);
                bar(each, true, y + BAR + 2, most);
                y += GROUP;
            }
        }
        svg.append("<text class=\"small\" x=\"12\" y=\"%d\">%s</text>%n</svg>%n".formatted(height - 10, Report.machine()));
        Files.writeString(file, svg);
    }

    private void bar(Contestant contestant, boolean dirty, int y, double most) {
        if (!report.measured(contestant, dirty)) {
            return;
        }
        double speed = report.speed(contestant, dirty);
        double length = Double.isNaN(speed) ? 0 : Math.max(1, speed / most * LONGEST);
        double wrong = report.wrong(contestant, dirty);
        svg.append(String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                dirty ? "dirty" : "clean", LEFT, y, length, BAR));
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s<tspan class=\"%s\" dx=\"8\">%s</tspan></text>%n",
                LEFT + length + 8, y + BAR - 3, Double.isNaN(speed) ? "stopped" : String.format(Locale.ROOT, "%,.0f/s", speed),
                wrong > 0 ? "wrong" : "small",
                wrong > 0 ? String.format(Locale.ROOT, "%.1f %% of the rows wrong", wrong * 100) : "all rows right"));
    }
}
