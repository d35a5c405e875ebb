package dev.concordat.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** CloudEvents in binary mode: the attributes are the record's headers {@code ce_*}, the data is its value. */
final class BinaryMode {
    private static final String PREFIX = "ce_";
    private static final JsonFactory JSON = new JsonFactory();

    private BinaryMode() {
    }

    static boolean is(Map<String, Object> headers) {
        return headers.containsKey("ce_id");
    }

    /**
     * The structured change with the same bytes as its data.
     *
     * @throws Unreadable when an attribute is not UTF-8, or the value is not one JSON value
     */
    static byte[] structured(Map<String, Object> headers, byte[] body) throws Unreadable {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            if (header.getKey().startsWith(PREFIX)) {
                attributes.put(header.getKey().substring(PREFIX.length()), text(header.getKey(), header.getValue()));
            }
        }
        if (attributes.has("data")) {
            throw new Unreadable("envelope", "", "Header `ce_data` should not be there: in binary mode the data is the record's value");
        }
        beOneValue(body);
        String opening = attributes.toString();
        var bytes = new ByteArrayOutputStream(body.length + 512);
        bytes.writeBytes(opening.substring(0, opening.length() - 1).getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(",\"data\":".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        bytes.write('}');
        return bytes.toByteArray();
    }

    /** What follows after the data would be read as attributes. */
    private static void beOneValue(byte[] body) throws Unreadable {
        if (body.length == 0) {
            throw new Unreadable("not-json", "", "The record's value is empty; it should be one JSON object: the change's `data`");
        }
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                parser.skipChildren();
                if (parser.nextToken() == null) {
                    return;
                }
            }
        } catch (IOException e) {
            // falls through: not JSON
        }
        throw new Unreadable("not-json", "", "The record's value should be one JSON object: the change's `data`");
    }

    private static String text(String name, Object value) throws Unreadable {
        if (!(value instanceof byte[] bytes)) {
            return value == null ? null : value.toString();
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Unreadable("envelope", "", "Header `"
                    + (name.matches("ce_[a-z0-9]{1,20}") ? name : "ce_*") + "` should be text in UTF-8");
        }
    }
}
