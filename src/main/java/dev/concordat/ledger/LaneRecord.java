package dev.concordat.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** One judged change as admit wrote it for a lane: the verdict, the change as it came, and the values that the ledger is to hold. */
final class LaneRecord {
    private static final JsonFactory JSON = new JsonFactory();
    /** Digits; a longer one is left to the ledger to refuse. */
    private static final int LONGEST_NUMBER = 100;

    private final String subject;
    private final byte[] bytes;
    private final int changeAt;
    private final String[] values;
    private final boolean[] set;
    private String contract;
    private String receipt;
    private String delivery;
    private boolean returned;
    private String outcome;
    private String parent;
    private String source;
    private String id;
    private String time;
    private long version;

    private LaneRecord(String subject, byte[] bytes, int changeAt, int fields) {
        this.subject = subject;
        this.bytes = bytes;
        this.changeAt = changeAt;
        this.values = new String[fields];
        this.set = new boolean[fields];
    }

    /**
     * Reads a record.
     *
     * @param subject   entity and id, as the record's header says
     * @param changeAt  where the change's own bytes begin
     * @param positions the fields whose values count, with their place; all others are skipped
     * @throws IOException when admit did not write this
     */
    static LaneRecord read(String subject, byte[] bytes, int changeAt, Map<String, Integer> positions) throws IOException {
        var laneRecord = new LaneRecord(subject, bytes, changeAt, positions.size());
        try (JsonParser parser = JSON.createParser(bytes)) {
            laneRecord.readVerdict(parser, positions);
            Objects.requireNonNull(laneRecord.contract);
            Objects.requireNonNull(laneRecord.receipt);
            Objects.requireNonNull(laneRecord.source);
            Objects.requireNonNull(laneRecord.id);
            Objects.requireNonNull(laneRecord.time);
        } catch (RuntimeException e) {
            throw new IOException("no lane record", e);
        }
        return laneRecord;
    }

    private void readVerdict(JsonParser parser, Map<String, Integer> positions) throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        boolean altered = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "contract" -> contract = parser.getText();
                case "receipt" -> receipt = parser.getText();
                case "delivery" -> delivery = parser.getText();
                case "returned" -> returned = parser.getBooleanValue();
                case "outcome" -> outcome = parser.getText();
                case "parent" -> parent = parser.getText();
                case "after" -> {
                    altered = true;
                    readValues(parser, positions);
                }
                case "change" -> readChange(parser, altered ? Map.of() : positions);
                default -> parser.skipChildren();
            }
        }
    }

    private void readChange(JsonParser parser, Map<String, Integer> positions) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "source" -> source = parser.getText();
                case "id" -> id = parser.getText();
                case "time" -> time = parser.getText();
                case "sequence" -> version = Long.parseLong(parser.getText());
                case "data" -> readData(parser, positions);
                default -> parser.skipChildren();
            }
        }
    }

    private void readData(JsonParser parser, Map<String, Integer> positions) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean after = parser.currentName().equals("after");
            if (parser.nextToken() == JsonToken.START_OBJECT && after && !positions.isEmpty()) {
                readValues(parser, positions);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readValues(JsonParser parser, Map<String, Integer> positions) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Integer position = positions.get(parser.currentName());
            parser.nextToken();
            if (position == null) {
                parser.skipChildren();
            } else {
                set[position] = true;
                values[position] = value(parser);
            }
        }
    }

    /** The value as the ledger reads it: a text without its quotes, an object or array as JSON. */
    private String value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case START_OBJECT, START_ARRAY -> {
                int begin = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                yield new String(bytes, begin, (int) parser.currentLocation().getByteOffset() - begin, StandardCharsets.UTF_8);
            }
            case VALUE_NUMBER_FLOAT -> plain(parser.getText());
            default -> parser.getText();
        };
    }

    /** A whole number is one also where it is written 1.0 or 1e3. */
    private static String plain(String number) {
        var value = new BigDecimal(number).stripTrailingZeros();
        return Math.abs(value.scale()) > LONGEST_NUMBER ? number : value.toPlainString();
    }

    private static void expect(JsonToken found, JsonToken right) throws IOException {
        if (found != right) {
            throw new IOException("no lane record");
        }
    }

    String subject() {
        return subject;
    }

    String entity() {
        return subject.substring(0, subject.indexOf('/'));
    }

    String contract() {
        return contract;
    }

    /** Where the change is booked: its first delivery. */
    String receipt() {
        return receipt;
    }

    /** Where this delivery of the change came in. */
    String delivery() {
        return delivery == null ? receipt : delivery;
    }

    /** Whether the bridge itself sent the change through the front door again. */
    boolean returned() {
        return returned;
    }

    /** What admit found; null where the ledger decides. */
    String outcome() {
        return outcome;
    }

    /** The id that the change waits for; null where it waits for none. */
    String parent() {
        return parent;
    }

    String source() {
        return source;
    }

    String id() {
        return id;
    }

    String time() {
        return time;
    }

    long version() {
        return version;
    }

    String value(int position) {
        return values[position];
    }

    /**
     * The versions as an array of SQL: the change's own where it sets the field, 0 where it does not.
     *
     * @param positions of the fields, in the order of their places; -1 for a field that is not read
     */
    String versions(int[] positions) {
        var versions = new StringBuilder(positions.length * 4).append('{');
        for (int i = 0; i < positions.length; i++) {
            if (i > 0) {
                versions.append(',');
            }
            versions.append(positions[i] >= 0 && set[positions[i]] ? version : 0);
        }
        return versions.append('}').toString();
    }

    /** The change as it came. */
    byte[] change() {
        return Arrays.copyOfRange(bytes, changeAt, bytes.length - 1);
    }
}
