package dev.concordat.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** Aligned columns for a terminal; what is too long for its column goes on below, within the column. */
final class Table {
    /** In characters, with the margin. */
    static final int WIDTH = 120;

    private static final String GAP = "  ";

    private final Paint paint;
    private final int[] most;
    private final List<List<Cell>> rows = new ArrayList<>();
    private final Set<Integer> right = new HashSet<>();
    private boolean unbroken;

    /** A text and its colours. */
    record Cell(String text, IStyle... styles) {
    }

    /** @param most greatest width of each column but the last, which takes what is left */
    Table(Paint paint, int... most) {
        this.paint = paint;
        this.most = most.clone();
    }

    /** A table whose columns are as wide as what is in them: each row is one line. */
    static Table unbroken(Paint paint, int columns) {
        int[] most = new int[columns - 1];
        Arrays.fill(most, Integer.MAX_VALUE);
        var table = new Table(paint, most);
        table.unbroken = true;
        return table;
    }

    /** Aligns columns at their right, for numbers. */
    Table right(Integer... columns) {
        right.addAll(List.of(columns));
        return this;
    }

    Table head(String... titles) {
        return row(Arrays.stream(titles).map(title -> new Cell(title, Style.faint)).toArray(Cell[]::new));
    }

    Table row(String... texts) {
        return row(Arrays.stream(texts).map(Cell::new).toArray(Cell[]::new));
    }

    Table row(Cell... cells) {
        if (cells.length != most.length + 1) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of " + (most.length + 1) + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        int[] widths = widths();
        var text = new StringBuilder();
        for (List<Cell> row : rows) {
            List<List<String>> wrapped = IntStream.range(0, widths.length).mapToObj(c -> wrap(row.get(c).text(), widths[c])).toList();
            int height = wrapped.stream().mapToInt(List::size).max().orElse(1);
            for (int line = 0; line < height; line++) {
                text.append(line(row, wrapped, widths, line)).append('\n');
            }
        }
        return text.toString();
    }

    private String line(List<Cell> row, List<List<String>> wrapped, int[] widths, int line) {
        var text = new StringBuilder();
        int owed = 0;
        for (int c = 0; c < widths.length; c++) {
            String part = line < wrapped.get(c).size() ? wrapped.get(c).get(line) : "";
            int blank = widths[c] - length(part);
            owed += GAP.length() + (right.contains(c) ? blank : 0);
            if (!part.isEmpty()) {
                text.append(" ".repeat(owed)).append(paint.paint(part, row.get(c).styles()));
                owed = 0;
            }
            owed += right.contains(c) ? 0 : blank;
        }
        return text.toString();
    }

    private int[] widths() {
        int[] widths = new int[most.length + 1];
        int left = WIDTH - GAP.length();
        for (int c = 0; c < most.length; c++) {
            widths[c] = Math.min(most[c], longest(c));
            left -= widths[c] + GAP.length();
        }
        widths[most.length] = unbroken ? longest(most.length) : left;
        return widths;
    }

    private int longest(int column) {
        return rows.stream().mapToInt(row -> length(row.get(column).text())).max().orElse(0);
    }

    /** At spaces where there are any, else after the last character that fits. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text.strip();
        while (length(rest) > width) {
            int end = rest.offsetByCodePoints(0, width);
            int space = rest.lastIndexOf(' ', end);
            int cut = space > 0 ? space : end;
            lines.add(rest.substring(0, cut).stripTrailing());
            rest = rest.substring(cut).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
