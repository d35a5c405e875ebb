package dev.concordat.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.concordat.change.SoundReader.Addressed;
import dev.concordat.change.SoundReader.Sound;
import java.io.IOException;
import java.util.ArrayList;

/**
 * Reads a change in one go, without making a document of it, where nothing in it is unusual. What it takes says the same as the document
 * would; whatever it does not take is left to be read as one.
 */
final class QuickReader {
    private static final int SUBJECT = 4;
    private static final int DATASCHEMA = 5;
    private static final int CUSTOMER = 6;
    private static final int ATTRIBUTES = 10;
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
            var attributes = new String[ATTRIBUTES];
            Sound sound = parser.nextToken() == JsonToken.START_OBJECT ? read(parser, change.original(), attributes) : null;
            if (sound == null || parser.nextToken() != null) {
                return false;
            }
            change.read(EnvelopeReader.read(name -> attributes[place(name)]), sound);
            return true;
        } catch (IOException | Unreadable | RuntimeException e) {
            // Read as a document, it is refused, and the sentence says why; where a check has failed, it is known by its envelope then.
            return false;
        }
    }

    /** Where an attribute that the envelope is made of stands; -1 for any other. */
    private static int place(String attribute) {
        return switch (attribute) {
            case "specversion" -> 0;
            case "id" -> 1;
            case "source" -> 2;
            case "type" -> 3;
            case "subject" -> SUBJECT;
            case "dataschema" -> DATASCHEMA;
            case "partitionkey" -> CUSTOMER;
            case "sequence" -> 7;
            case "time" -> 8;
            case "origin" -> 9;
            default -> -1;
        };
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
            int place = place(name);
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
