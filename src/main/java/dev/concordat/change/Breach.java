package dev.concordat.change;

import static java.util.Objects.requireNonNull;

/**
 * What in a change broke which rule of which contract version.
 *
 * @param rule     stable name of the rule, such as {@code schema}, {@code not-json}, {@code orphan}
 * @param contract entity and contract version that judged, such as {@code customer/1.0.0}, or {@code none}
 * @param pointer  JSON pointer into the change's data, such as {@code /after/phone}; empty for the whole change
 * @param keyword  what was violated, such as {@code required}, {@code pattern}, {@code format}
 * @param sentence what, where and what would be right; never the value of a classified field
 */
public record Breach(String rule, String contract, String pointer, String keyword, String sentence) {
    public Breach {
        requireNonNull(rule, "rule");
        requireNonNull(contract, "contract");
        requireNonNull(pointer, "pointer");
        requireNonNull(keyword, "keyword");
        requireNonNull(sentence, "sentence");
    }
}
