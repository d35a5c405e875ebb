package dev.concordat.contract;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Regular expressions as JSON Schema means them: {@code $} is the very end, not the place before a last line break.
 *
 * <p>A search takes time in proportion to the text, whatever the pattern: where there could be more than one way to
 * match, RE2 searches, which follows all ways at once.
 */
final class Patterns implements RegularExpressionFactory {
    private static final String ATOM = "(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\])+]|[^\\\\\\[(){}|*+?])";
    /** One text from its start with one repetition at most: there is one way to match. */
    private static final Pattern SINGLE = Pattern.compile("\\^" + ATOM + "*(?:(?:[*+?]|\\{\\d{1,3}(?:,\\d{0,3})?})" + ATOM + "*)?");

    private static final String UNBOUNDED = "RE2 does not take it; leave out look-around, references back and counts over 1000";

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Predicate<String> search = compile(regex);
        return search::test;
    }

    /** Whether a text has a match; throws {@link PatternSyntaxException} for what is no pattern. */
    static Predicate<String> compile(String regex) {
        Pattern.compile(regex); // What is no pattern is told of as it is written.
        String own = javaForm(regex);
        Pattern java = Pattern.compile(own);
        if (SINGLE.matcher(regex).matches()) {
            return text -> java.matcher(text).find();
        }
        try {
            com.google.re2j.Pattern linear = com.google.re2j.Pattern.compile(own);
            return text -> linear.matcher(text).find();
        } catch (com.google.re2j.PatternSyntaxException e) {
            throw new PatternSyntaxException(UNBOUNDED + " (" + e.getDescription() + ")", regex, e.getIndex());
        }
    }

    private static String javaForm(String regex) {
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
        return java.toString();
    }

    /** Whether it repeats a repetition, so that one long text can keep other validators busy for ever. */
    static boolean isEndless(String regex) {
        return Ambiguity.isIn(regex);
    }
}
