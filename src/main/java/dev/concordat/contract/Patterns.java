package dev.concordat.contract;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.regex.Pattern;

/** Regular expressions as JSON Schema means them: {@code $} is the very end, not the place before a last line break. */
final class Patterns implements RegularExpressionFactory {
    private static final Pattern ENDLESS = Pattern.compile("(?<!\\\\)[+*]\\)[+*{]");

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = compile(regex);
        return value -> pattern.matcher(value).find();
    }

    static Pattern compile(String regex) {
        StringBuilder java = new StringBuilder(regex.length() + 1);
        boolean inClass = false;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\' && i + 1 < regex.length()) {
                java.append(c).append(regex.charAt(++i));
                continue;
            }
            inClass = c == '[' || inClass && c != ']';
            java.append(c == '$' && !inClass ? "\\z" : String.valueOf(c));
        }
        return Pattern.compile(java.toString());
    }

    /** Whether it repeats a repetition, so that one long text can keep it busy for ever. */
    static boolean isEndless(String regex) {
        return ENDLESS.matcher(regex).find();
    }
}
