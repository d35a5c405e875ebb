package dev.concordat.audit;

import java.util.Locale;

/** Collects HTML; whatever is not written as markup is escaped. */
final class Html {
    private final StringBuilder text = new StringBuilder();

    /** Adds markup of ours, its {@code %s} filled with escaped values. */
    Html add(String markup, Object... values) {
        Object[] escaped = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            escaped[i] = values[i] instanceof Number || values[i] instanceof Html ? values[i] : escape(values[i]);
        }
        text.append(String.format(Locale.ROOT, markup, escaped));
        return this;
    }

    static String escape(Object value) {
        return String.valueOf(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
