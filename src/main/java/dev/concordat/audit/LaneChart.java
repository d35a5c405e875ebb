package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Lane;
import java.util.List;

/** Draws how each region's changes ended: one bar a region, all of the same length. */
final class LaneChart {
    private static final double WIDTH = 860;
    private static final int LEFT = 64;
    private static final int ROW = 34;
    private static final double THINNEST = 3;

    private LaneChart() {}

    static Html of(List<Lane> lanes) {
        Html svg = new Html().add("<svg class=\"chart\" viewBox=\"0 0 960 %d\" role=\"img\" aria-label=\"Share of each"
                + " outcome per region\">", lanes.size() * ROW + 4);
        for (int i = 0; i < lanes.size(); i++) {
            row(svg, lanes.get(i), i * ROW + 4);
        }
        return svg.add("</svg>").add("%s", legend());
    }

    private static void row(Html svg, Lane lane, int y) {
        svg.add("<text x=\"%d\" y=\"%d\" class=\"label\" text-anchor=\"end\">%s</text>", LEFT - 12, y + 17,
                lane.region());
        if (lane.received() == 0) {
            svg.add("<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"24\" class=\"empty\"/>"
                    + "<text x=\"%d\" y=\"%d\" class=\"note\">no changes</text>", LEFT, y, WIDTH, LEFT + 10, y + 17);
            return;
        }
        List<Long> endings = lane.endings();
        double[] widths = widths(endings, lane.received());
        double x = LEFT;
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] > 0) {
                String word = AuditReport.ENDINGS.get(i);
                svg.add("<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"24\" class=\"%s\"><title>%s</title></rect>",
                        x,
                        y, Math.max(0.5, widths[i] - 1), word, lane.region() + ": " + Words.number(endings.get(i)) + " "
                        + word);
                x += widths[i];
            }
        }
    }

    /** Every ending that happened is seen, however rare; the most frequent one pays for it. */
    private static double[] widths(List<Long> endings, long received) {
        double[] widths = new double[endings.size()];
        int widest = 0;
        double sum = 0;
        for (int i = 0; i < widths.length; i++) {
            widths[i] = endings.get(i) == 0 ? 0 : Math.max(THINNEST, WIDTH * endings.get(i) / received);
            widest = widths[i] > widths[widest] ? i : widest;
            sum += widths[i];
        }
        widths[widest] -= sum - WIDTH;
        return widths;
    }

    private static Html legend() {
        Html legend = new Html().add("<ul class=\"legend\">");
        AuditReport.ENDINGS.forEach(word -> legend.add("<li><i class=\"%s\"></i>%s</li>", word, word));
        return legend.add("</ul>");
    }
}
