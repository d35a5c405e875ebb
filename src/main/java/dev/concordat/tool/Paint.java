package dev.concordat.tool;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** Colours text where a terminal shows it, and leaves it as it is elsewhere. */
record Paint(boolean on) {
    static final Paint NONE = new Paint(false);

    /** For what is printed in a format. */
    static Paint of(Ansi ansi, ReportFormat format) {
        return new Paint(format == ReportFormat.TEXT && ansi.enabled());
    }

    String paint(String text, IStyle... styles) {
        return on && styles.length > 0 && !text.isEmpty() ? Style.on(styles) + text + Style.off(styles) : text;
    }

    String bold(String text) {
        return paint(text, Style.bold);
    }

    String faint(String text) {
        return paint(text, Style.faint);
    }
}
