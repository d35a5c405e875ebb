package dev.concordat.tool;

import dev.concordat.BridgeException;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Statements;
import dev.concordat.ledger.TableNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The statement that applies changes, compiled from a contract, and what it needs of a ledger. */
final class ShowSql {
    /** Keeps a column and its type on one line. */
    private static final char GLUE = '\u00a0';

    private ShowSql() {
    }

    static String write(Contract contract, Contracts contracts) {
        Contract newest = contracts.newest(contract.entity());
        if (newest.major() != contract.major()) {
            throw new BridgeException("the ledger is written by the newest major version, which is " + newest.label() + "; show "
                    + newest.file());
        }
        var statements = Statements.of(contracts);
        var text = new StringBuilder("-- " + contract.label() + ": applies a batch of changes in one transaction. Compiled from "
                + contract.file()
                + ".\n-- Each parameter (:#name) is an array with a place for each change; :#seen is a number that quarantine had taken before.\n"
                + "-- Places of fields in versions are as in a ledger that has seen no other contract.\n--\n-- Needs of the ledger:\n");
        for (TableNeed need : TableNeed.of(contract, contracts)) {
            String columns = need.columns().entrySet().stream().map(column -> column.getKey() + GLUE + column.getValue())
                    .collect(Collectors.joining(", "));
            text.append("--   ").append(need.table()).append(" (").append(need.why()).append(")\n");
            Table.wrap(columns, Table.WIDTH - 7).forEach(line -> text.append("--     ").append(line.replace(GLUE, ' ')).append('\n'));
        }
        return text.append("--   The tables of schema concordat are made by the bridge itself.\n\n")
                .append("-- First, the plain changes: what is new, or newer than everything that its row has.\n\n")
                .append(folded(statements.plainSql(contract.entity())))
                .append("\n-- Then what is left of the batch, each change judged by what the ledger has.\n\n")
                .append(folded(statements.applySql(contract.entity()))).toString();
    }

    private static String folded(String sql) {
        return sql.strip().lines().map(ShowSql::foldedLine).collect(Collectors.joining("\n")) + ";\n";
    }

    /** Breaks a long line where a list or a condition goes on, never inside of quotes. */
    private static String foldedLine(String line) {
        String indent = " ".repeat(line.length() - line.stripLeading().length() + 4);
        var text = new StringBuilder();
        var part = new StringBuilder();
        for (String piece : line.strip().startsWith("--") ? List.of(line) : pieces(line)) {
            if (!part.isEmpty() && part.length() + piece.length() > Table.WIDTH) {
                text.append(part.toString().stripTrailing()).append('\n');
                part.setLength(0);
                part.append(indent);
            }
            part.append(piece);
        }
        return text.append(part).toString();
    }

    /** What must stay together, each with the blank after it. */
    private static List<String> pieces(String line) {
        List<String> pieces = new ArrayList<>();
        char quote = 0;
        int start = 0;
        for (int i = 1; i < line.length(); i++) {
            char before = line.charAt(i - 1);
            if (before == quote) {
                quote = 0;
            } else if (quote == 0 && (before == '\'' || before == '"')) {
                quote = before;
            }
            if (quote == 0 && before == ' ' && goesOn(line, i)) {
                pieces.add(line.substring(start, i));
                start = i;
            }
        }
        pieces.add(line.substring(start));
        return pieces;
    }

    private static boolean goesOn(String line, int at) {
        return line.startsWith("OR ", at) || line.startsWith("AND ", at) || line.startsWith("THEN ", at)
                || at > 1 && line.charAt(at - 2) == ',' && !Character.isDigit(line.charAt(at));
    }
}
