package dev.concordat.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.concordat.change.SoundReader.Addressed;
import dev.concordat.change.SoundReader.Sound;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a change in one go, without making a document of it, where nothing in it is unusual. What it takes says the same as the document
 * would; whatever it does not take is left to be read as one.
 */
final class QuickReader {
    private static final List<String> ATTRIBUTES = List.of("specversion", "id", "source", "type", "subject", "dataschema", "partitionkey",
            "sequence", "time", "origin");
    private static final int SUBJECT = ATTRIBUTES.indexOf("subject");
    private static final int DATASCHEMA = ATTRIBUTES.indexOf("dataschema");
    private static final int CUSTOMER = ATTRIBUTES.indexOf("partitionkey");
    /** Each is looked for among those before it. */
    private static final int MOST_OTHERS = 16;

    private final JsonFactory json;
    private final SoundReader data;

    QuickReader(JsonFactory json, SoundReader data) {
        this.json = json;
        this.data = data;
    }

    /** Reads a change; whether it could. */
    boolean read(Change change) {
        try (JsonParser parser = json.createParser(change.original())) {
            var attributes = new String[ATTRIBUTES.size()];
            Sound sound = parser.nextToken() == JsonToken.START_OBJECT ? read(parser, change.original(), attributes) : null;
            if (sound == null || parser.nextToken() != null) {
                return false;
            }
            change.read(EnvelopeReader.read(name -> attributes[ATTRIBUTES.indexOf(name)]), sound);
            return true;
        } catch (IOException | Unreadable | RuntimeException e) {
            // Read as a document, it is refused, and the sentence says why; where a check has failed, it is known by its envelope then.
            return false;
        }
    }

    private Sound read(JsonParser parser, byte[] bytes, String[] attributes) throws IOException {
        Sound sound = null;
        var others = new ArrayList<String>(2);
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (name.equals("data")) {
                if (sound != null || parser.nextToken() != JsonToken.START_OBJECT || attributes[SUBJECT] == null
                        || attributes[DATASCHEMA] == null || attributes[CUSTOMER] == null) {
                    return null;
                }
                sound = data.read(parser, bytes, new Addressed(attributes[DATASCHEMA], attributes[SUBJECT], attributes[CUSTOMER]));
                if (sound == null) {
                    return null;
                }
                continue;
            }
            String text = parser.nextTextValue();
            int place = ATTRIBUTES.indexOf(name);
            // No name may come twice.
            if (text == null || place >= 0 && attributes[place] != null || place < 0 && (others.size() == MOST_OTHERS || others.contains(name))) {
                return null;
            }
            if (place < 0) {
                others.add(name);
            } else {
                attributes[place] = text;
            }
        }
        return parser.currentToken() == JsonToken.END_OBJECT ? sound : null;
    }
}
