package dev.concordat.ledger;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Type;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Whether the columns of an entity's table can hold what its contract allows, where PostgreSQL takes the statements that write them all the same.
 *
 * @param written the columns that a new row gets; the contract's others are read, to tell the CRM
 */
record Fit(Contract contract, Set<String> written) {
    private static final BigDecimal LARGEST_INTEGER = BigDecimal.valueOf(Long.MAX_VALUE);

    Fit {
        written = Set.copyOf(written);
    }

    /** What it asks a ledger for: the {@link Column}s of the table. */
    String sql() {
        return Column.sql(contract.table());
    }

    /**
     * Judges one column.
     *
     * @param refuse takes what lets no row be written, or each value become another
     * @param warn   takes what some of the values that the contract allows do not go through
     */
    void judge(Column column, Consumer<String> refuse, Consumer<String> warn) {
        String label = contract.table() + "." + column.name();
        if (column.needed() && !column.filled() && !written.contains(column.name())) {
            String words = label + " should allow null or have a default: it is NOT NULL, and no change of the CRM sets it";
            if (column.triggered()) {
                warn.accept(words + "; unless a trigger of the table does, all that is written there ends in quarantine");
            } else {
                refuse.accept(words);
            }
        }
        contract.fields().stream().filter(field -> field.column().equals(column.name())).forEach(field -> {
            if (isOther(field, column)) {
                refuse.accept(label + " should be " + field.type().sql() + ", as " + contract.label() + " says; it is " + column.type());
            } else {
                misses(field, column).ifPresent(words -> warn.accept(label + " is " + column.type() + ", and " + contract.label() + " " + words));
            }
            if (column.needed() && mayBeAbsent(field)) {
                warn.accept(label + " should allow null: it is NOT NULL, and who is new without it ends in quarantine");
            }
        });
    }

    /** Whether it holds values of another type. Where what is written is of another kind, the statement's plan tells. */
    private boolean isOther(Field field, Column column) {
        return switch (field.type()) {
            case DATE -> isOther("D", "date", field, column);
            case TIMESTAMP -> isOther("D", "timestamp with time zone", field, column);
            case INTEGER, NUMBER -> isOther("N", column.dataType(), field, column);
            case BOOLEAN -> isOther("B", column.dataType(), field, column);
            default -> false;
        };
    }

    private boolean isOther(String kind, String dataType, Field field, Column column) {
        return column.kind().equals(kind) ? !column.dataType().equals(dataType) : !isWritten(field);
    }

    private boolean isWritten(Field field) {
        return written.contains(field.column());
    }

    private boolean mayBeAbsent(Field field) {
        return field.owner() == Owner.CRM && !field.required() && contract.parent().filter(parent -> parent.column().equals(field.column())).isEmpty();
    }

    private Optional<String> misses(Field field, Column column) {
        if (!isWritten(field)) {
            return Optional.of("wants whole numbers: others are not told to the CRM")
                    .filter(words -> field.type() == Type.INTEGER && column.decimals() != null && column.decimals() > 0);
        }
        return switch (field.type()) {
            case STRING -> limit(field, "maxLength").filter(length -> column.longest() != null && length.intValue() > column.longest())
                    .map(length -> "allows " + length + " characters: what has more than " + column.longest() + " ends in quarantine");
            case INTEGER -> tooLarge(limit(field, "maximum").orElse(LARGEST_INTEGER), column);
            case NUMBER -> rounded(field, column).or(() -> limit(field, "maximum").flatMap(largest -> tooLarge(largest, column)));
            default -> Optional.empty();
        };
    }

    private static Optional<String> rounded(Field field, Column column) {
        return Optional.of("allows more decimals: they are rounded away").filter(words -> column.decimals() != null
                && limit(field, "multipleOf").filter(step -> step.stripTrailingZeros().scale() <= column.decimals()).isEmpty());
    }

    private static Optional<String> tooLarge(BigDecimal largest, Column column) {
        return Optional.of("allows numbers up to " + largest.toPlainString() + ": what is above " + column.largest() + " ends in quarantine")
                .filter(words -> column.largest() != null && largest.compareTo(column.largest()) > 0);
    }

    private static Optional<BigDecimal> limit(Field field, String option) {
        return Optional.ofNullable(field.form().limits().get(option)).map(limit -> new BigDecimal(limit.toString()));
    }
}
