package dev.concordat.quarantine;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** What a sender wrote, so that it neither steers a terminal nor looks there like something else. */
public final class Escaped {
    private Escaped() {
    }

    /** A text of one line. */
    static String line(String text) {
        return escaped(text, "");
    }

    /** A change as it came, for a terminal: its lines and tabs stay, bytes that are no UTF-8 are told as {@code \xNN}. */
    public static String original(byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var text = new StringBuilder();
        while (in.hasRemaining()) {
            var met = decoder.decode(in, out, true);
            text.append(escaped(out.flip().toString(), "\n\r\t"));
            out.clear();
            for (int i = 0; met.isError() && i < met.length(); i++) {
                text.append("\\x%02x".formatted(in.get()));
            }
            decoder.reset();
        }
        return text.toString();
    }

    private static String escaped(String text, String but) {
        return text.codePoints().mapToObj(each -> invisible(each) && but.indexOf(each) < 0 ? escape(each) : Character.toString(each))
                .collect(Collectors.joining());
    }

    private static boolean invisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** As JSON writes it. */
    private static String escape(int codePoint) {
        return Character.toString(codePoint).chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
    }
}
