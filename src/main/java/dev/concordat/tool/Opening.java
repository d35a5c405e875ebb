package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells by a file's first bytes how it is written. */
final class Opening {
    private static final Pattern NAME = Pattern.compile("\"?[\\p{L}_][\\p{L}\\p{N}_ .-]*\"?");
    private static final List<String> SEPARATORS = List.of(",", ";", "\t");
    private static final JsonFactory JSON = new JsonFactory();

    private final int mark;
    private final String text;
    private final String firstLine;

    Opening(byte[] bytes) {
        this.mark = bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF ? 3 : 0;
        this.text = new String(bytes, mark, bytes.length - mark, StandardCharsets.UTF_8);
        int end = text.stripLeading().indexOf('\n');
        this.firstLine = end < 0 ? text.strip() : text.stripLeading().substring(0, end).strip();
    }

    /** Length of the byte order mark that some programs put before a text. */
    int mark() {
        return mark;
    }

    /** {@code CSV}, {@code JSON} or {@code NDJSON}; the latter where nothing can be told, so that each line is judged. */
    DataFormat container() {
        if (firstLine.startsWith("[") || firstLine.startsWith("{") && goesOn(firstLine)) {
            return DataFormat.JSON;
        }
        return !firstLine.startsWith("{") && isHeader() ? DataFormat.CSV : DataFormat.NDJSON;
    }

    /** What stands between the cells of the first line. */
    char separator() {
        String best = ",";
        for (String separator : SEPARATORS) {
            best = firstLine.split(separator, -1).length > firstLine.split(best, -1).length ? separator : best;
        }
        return best.charAt(0);
    }

    private boolean isHeader() {
        String[] names = firstLine.split(String.valueOf(separator()), -1);
        Set<String> once = new HashSet<>();
        for (String name : names) {
            if (!NAME.matcher(name.strip()).matches() || !once.add(name)) {
                return false;
            }
        }
        return names.length > 1;
    }

    /** Whether the object that begins on the first line ends on a later one; no member of an object begins with a brace. */
    private boolean goesOn(String line) {
        String next = text.substring(text.indexOf(line) + line.length()).stripLeading();
        if (next.isEmpty() || next.startsWith("{")) {
            return false;
        }
        int depth = 0;
        try (JsonParser parser = JSON.createParser(line)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return depth > 0;
        } catch (JsonEOFException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
