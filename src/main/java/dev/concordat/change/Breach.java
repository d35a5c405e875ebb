package dev.concordat.change;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

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
    private static final Pattern INDEX = Pattern.compile("/[0-9]+(?=/|$)");

    public Breach {
        requireNonNull(rule, "rule");
        requireNonNull(contract, "contract");
        requireNonNull(pointer, "pointer");
        requireNonNull(keyword, "keyword");
        requireNonNull(sentence, "sentence");
    }

    /**
     * What breaches of one cause have in common: however many changes have it, they are one group.
     *
     * @param path pointer with {@code *} for each index of a list, such as {@code /after/tags/*}
     */
    public record Group(String contract, String rule, String keyword, String path) {
        /** @param pointer where one of the breaches is */
        public static Group of(String contract, String rule, String keyword, String pointer) {
            return new Group(contract, rule, keyword, hasDigit(pointer) ? INDEX.matcher(pointer).replaceAll("/*") : pointer);
        }

        /** Without a digit there is no index to look for. */
        private static boolean hasDigit(String pointer) {
            for (int i = 0; i < pointer.length(); i++) {
                if (pointer.charAt(i) >= '0' && pointer.charAt(i) <= '9') {
                    return true;
                }
            }
            return false;
        }

        /** In one line that stays the same over restarts and machines. */
        public String key() {
            return contract + " " + rule + " " + keyword + " " + path;
        }
    }

    /** The group to which it belongs. */
    public Group group() {
        return Group.of(contract, rule, keyword, pointer);
    }

    /** The sentence for its whole group: of a place in a list, it speaks of every place. */
    public String groupSentence() {
        String path = group().path();
        return path.equals(pointer) ? sentence : sentence.replace("`" + pointer + "`", "`" + path + "`");
    }
}
