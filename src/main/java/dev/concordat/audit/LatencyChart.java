package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Bucket;
import dev.concordat.audit.AuditReport.Latency;
import java.util.List;

/**
 * Draws latencies on one logarithmic axis: how many changes took how long, the percentiles below, the target across.
 */
final class LatencyChart {
    private static final double FROM = 0.003;
    private static final double TO = 10_000;
    private static final int LEFT = 64;
    private static final double WIDTH = 790;
    private static final int TOP = 34;
    private static final int BARS = 110;
    private static final int ROW = 30;
    private static final double[] TICKS = {0.01, 0.1, 1, 10, 60, 600, 3600};

    private final Html svg = new Html();
    private final Latency all;
    private final List<Latency> regions;
    private final double target;
    private final int strips;
    private final int bottom;

    private LatencyChart(Latency all, List<Latency> regions, double target) {
        this.all = all;
        this.regions = regions;
        this.target = target;
        this.strips = TOP + BARS + 26;
        this.bottom = strips + ROW * regions.size();
    }

    static Html of(Latency all, List<Latency> regions, double target) {
        return new LatencyChart(all, regions, target).draw();
    }

    private Html draw() {
        svg.add("<div class=\"wide\"><svg class=\"chart\" viewBox=\"0 0 960 %d\" role=\"img\" aria-label=\"Latency of changes: histogram"
                + " and"
                + " percentiles against the target\">", bottom + 30);
        axis();
        bars();
        for (int i = 0; i < regions.size(); i++) {
            strip(regions.get(i), strips + i * ROW + ROW / 2);
        }
        double x = x(target);
        svg.add("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"target\"/>", x, x, TOP - 12, bottom);
        svg.add("<text x=\"%.1f\" y=\"%d\" class=\"target-label\" text-anchor=\"middle\">target %s</text>", x, TOP - 18,
                Words.promised(target));
        return svg.add("</svg></div>").add("%s", legend());
    }

    private void axis() {
        for (double tick : TICKS) {
            svg.add("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"grid\"/>", x(tick), x(tick), TOP,
                    bottom);
            svg.add("<text x=\"%.1f\" y=\"%d\" class=\"note\" text-anchor=\"middle\">%s</text>", x(tick), bottom + 18,
                    tickLabel(tick));
        }
        svg.add("<line x1=\"%d\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"axis\"/>", LEFT, LEFT + WIDTH, TOP + BARS,
                TOP + BARS);
    }

    private void bars() {
        long most = Math.max(1, all.buckets().stream().mapToLong(Bucket::changes).max().orElse(1));
        double from = FROM;
        for (Bucket bucket : all.buckets()) {
            double to = bucket.upToSeconds() == null ? TO : bucket.upToSeconds();
            if (bucket.changes() > 0) {
                bar(bucket.changes(), from, to, Math.max(2, (BARS - 16.0) * bucket.changes() / most));
            }
            from = to;
        }
    }

    private void bar(long changes, double from, double to, double height) {
        String kind = from >= target ? "late" : "timely";
        double left = x(from) + 1;
        svg.add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"/>", left, TOP + BARS - height,
                x(to) - left - 1, height, kind);
        svg.add("<text x=\"%.1f\" y=\"%.1f\" class=\"note\" text-anchor=\"middle\">%s</text>", (left + x(to)) / 2,
                TOP + BARS - height - 4, Words.number(changes));
    }

    private void strip(Latency latency, int y) {
        svg.add("<text x=\"%d\" y=\"%d\" class=\"label\" text-anchor=\"end\">%s</text>", LEFT - 12, y + 5,
                latency.region());
        if (latency.changes() == 0) {
            svg.add("<text x=\"%d\" y=\"%d\" class=\"note\">no changes</text>", LEFT + 10, y + 4);
            return;
        }
        svg.add("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"strip\"/>", x(latency.p50()),
                x(latency.max()), y, y);
        dot(latency.p50(), y, "p50", 4);
        dot(latency.p95(), y, "p95", 4);
        dot(latency.p99(), y, "p99", 4);
        svg.add("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"max\"/>", x(latency.max()), x(latency.max()),
                y - 6, y + 6);
        dot(latency.p995(), y, latency.p995() > target ? "p995 late" : "p995", 6);
        svg.add("<text x=\"%.1f\" y=\"%d\" class=\"value\">%s</text>", LEFT + WIDTH + 14, y + 5,
                Words.seconds(latency.p995()));
    }

    private void dot(double seconds, int y, String kind, int radius) {
        svg.add("<circle cx=\"%.1f\" cy=\"%d\" r=\"%d\" class=\"%s\"><title>%s</title></circle>", x(seconds), y, radius,
                kind, kind.replace(" late", "") + " " + Words.seconds(seconds));
    }

    private static Html legend() {
        return new Html().add("<ul class=\"legend\"><li><i class=\"round p50\"></i>p50</li><li><i class=\"round"
                + " p95\"></i>"
                + "p95</li><li><i class=\"round p99\"></i>p99</li><li><i class=\"round p995\"></i>p99.5 (its value at"
                + " the right)</li><li><i class=\"upright\"></i>slowest</li></ul>");
    }

    private static double x(double seconds) {
        double clamped = Math.max(FROM, Math.min(TO, seconds));
        return LEFT + WIDTH * Math.log(clamped / FROM) / Math.log(TO / FROM);
    }

    private static String tickLabel(double seconds) {
        if (seconds < 1) {
            return Math.round(seconds * 1000) + " ms";
        }
        return seconds < 60 ? Math.round(seconds) + " s"
                : seconds < 3600 ? Math.round(seconds / 60) + " min" : Math.round(seconds / 3600) + " h";
    }
}
