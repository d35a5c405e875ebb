package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.List;

/** What a measured number must be: an ODCS operator and its one or two bounds. */
public record Expectation(String operator, List<BigDecimal> bounds) {
    static final List<String> OPERATORS = List.of("mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo",
            "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween");

    public Expectation {
        bounds = List.copyOf(bounds);
    }

    /** Whether these are the bounds of a range that holds nothing. */
    static boolean isCrossed(Object range) {
        return range instanceof List<?> bounds && bounds.size() == 2 && bounds.get(0) instanceof BigDecimal low
                && bounds.get(1) instanceof BigDecimal high && low.compareTo(high) > 0;
    }

    /** What the number must be, such as {@code greater than 0} or {@code between 1 and 5}. */
    public String words() {
        String low = bounds.get(0).toPlainString();
        return switch (operator) {
            case "mustBe" -> low;
            case "mustNotBe" -> "other than " + low;
            case "mustBeGreaterThan" -> "greater than " + low;
            case "mustBeGreaterOrEqualTo" -> "at least " + low;
            case "mustBeLessThan" -> "less than " + low;
            case "mustBeLessOrEqualTo" -> "at most " + low;
            case "mustBeBetween" -> "between " + low + " and " + bounds.get(1).toPlainString();
            case "mustNotBeBetween" -> "outside of " + low + " to " + bounds.get(1).toPlainString();
            default -> throw new IllegalStateException("operator [" + operator + "] has no meaning");
        };
    }

    /** Whether the number that was measured is as it must be. */
    public boolean holds(BigDecimal measured) {
        int compared = measured.compareTo(bounds.get(0));
        return switch (operator) {
            case "mustBe" -> compared == 0;
            case "mustNotBe" -> compared != 0;
            case "mustBeGreaterThan" -> compared > 0;
            case "mustBeGreaterOrEqualTo" -> compared >= 0;
            case "mustBeLessThan" -> compared < 0;
            case "mustBeLessOrEqualTo" -> compared <= 0;
            case "mustBeBetween" -> compared >= 0 && measured.compareTo(bounds.get(1)) <= 0;
            case "mustNotBeBetween" -> compared < 0 || measured.compareTo(bounds.get(1)) > 0;
            default -> throw new IllegalStateException("operator [" + operator + "] has no meaning");
        };
    }
}
