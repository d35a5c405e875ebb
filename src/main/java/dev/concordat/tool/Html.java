package dev.concordat.tool;

import java.util.Locale;

/** Collects HTML; whatever is not written as markup is escaped. */
final class Html {
    private final StringBuilder text = new StringBuilder();

    /** Adds markup of ours, its {@code %s} filled with escaped values. */
    Html add(String markup, Object... values) {
        Object[] escaped = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            escaped[i] = values[i] instanceof Html ? values[i] : escape(String.valueOf(values[i]));
        }
        text.append(String.format(Locale.ROOT, markup, escaped));
        return this;
    }

    /** Markup of ours, as it is. */
    static Html markup(String text) {
        var html = new Html();
        html.text.append(text);
        return html;
    }

    private static String escape(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
