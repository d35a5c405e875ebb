package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Lane;
import java.util.List;

/** Draws how each region's changes ended: one bar a region, all of the same length. */
final class LaneChart {
    private static final double WIDTH = 860;
    private static final double THINNEST = 3;

    private LaneChart() {}

    static Html of(List<Lane> lanes) {
        Html html = new Html().add("<div class=\"lanes\" role=\"img\" aria-label=\"Share of each outcome per region\">");
        lanes.forEach(lane -> row(html, lane));
        return html.add("</div>").add("%s", legend());
    }

    /** Its texts are none of the drawing, which is stretched to whatever room there is. */
    private static void row(Html html, Lane lane) {
        html.add("<span>%s</span>", lane.region());
        if (lane.received() == 0) {
            html.add("<em>no changes</em>");
            return;
        }
        html.add("<svg viewBox=\"0 0 %.0f 24\" preserveAspectRatio=\"none\">", WIDTH);
        List<Long> endings = lane.endings();
        double[] widths = widths(endings, lane.received());
        double x = 0;
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] > 0) {
                String word = AuditReport.ENDINGS.get(i);
                html.add("<rect x=\"%.2f\" width=\"%.2f\" height=\"24\" class=\"%s\"><title>%s</title></rect>", x, Math.max(0.5, widths[i] - 1), word,
                        lane.region() + ": " + Words.number(endings.get(i)) + " " + word);
                x += widths[i];
            }
        }
        html.add("</svg>");
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
