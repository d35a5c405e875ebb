package dev.concordat.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.FieldValues;
import dev.concordat.change.Outcome;
import dev.concordat.change.ReturnRecords;
import dev.concordat.change.UtcTime;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** One judged change for the ledger: the verdict of admit, the change as it came, and the values that the ledger is to hold. */
final class LaneRecord implements ReturnRecords.Returned {
    private static final JsonFactory JSON = JsonMapper.builder().build().getFactory();
    private static final long MICROS_A_SECOND = 1_000_000;
    private static final int NANOS_A_MICRO = 1_000;

    private final String subject;
    private final byte[] bytes;
    private final int changeAt;
    private final int changeEnd;
    private final String[] values;
    private final boolean[] set;
    private String contract;
    private String receipt;
    private String delivery;
    private boolean returned;
    private boolean again = true;
    private boolean creates;
    private String outcome;
    private Breach misplaced;
    private String parent;
    private String source;
    private String id;
    private Instant at;
    private long version;

    private LaneRecord(String subject, byte[] bytes, int changeAt, int changeEnd, int fields) {
        this.subject = subject;
        this.bytes = bytes;
        this.changeAt = changeAt;
        this.changeEnd = changeEnd;
        this.values = new String[fields];
        this.set = new boolean[fields];
    }

    /**
     * Takes a change straight from admit; it says what {@link #read} says of the record that admit would write of it.
     *
     * @param change    judged, not in breach, with a region
     * @param positions the fields whose values count, with their place
     */
    static LaneRecord of(Change change, FieldPositions positions) throws IOException {
        var envelope = change.envelope();
        byte[] original = change.original();
        var laneRecord = new LaneRecord(envelope.subject(), original, 0, original.length, positions.size());
        laneRecord.contract = change.contract();
        laneRecord.receipt = change.receipt().booked();
        laneRecord.delivery = change.receipt().delivery();
        laneRecord.returned = change.receipt().isFurther();
        laneRecord.again = change.again() || laneRecord.returned;
        laneRecord.outcome = change.outcome() == null ? null : change.outcome().word();
        laneRecord.misplaced = change.misplaced();
        laneRecord.parent = change.parent();
        laneRecord.source = envelope.source();
        laneRecord.id = envelope.id();
        laneRecord.at = envelope.time();
        laneRecord.version = envelope.version();
        laneRecord.creates = change.creates();
        if (change.outcome() != Outcome.FILTERED) {
            laneRecord.takeValues(change, positions);
        }
        return laneRecord;
    }

    private void takeValues(Change change, FieldPositions positions) throws IOException {
        if (change.values() != null) {
            take(change.values(), positions.of(change.values().layout()));
            return;
        }
        if (change.fractions() && LaneValues.haveFraction(change.after()) && !change.altered()) {
            // A parsed fraction has lost digits that stand in the bytes.
            try (JsonParser parser = JSON.createParser(bytes)) {
                parser.nextToken();
                readChange(parser, positions);
            }
            return;
        }
        for (Map.Entry<String, JsonNode> field : change.after().properties()) {
            Integer position = positions.of(field.getKey());
            if (position != null) {
                set[position] = true;
                values[position] = LaneValues.of(field.getValue());
            }
        }
    }

    private void take(FieldValues found, int[] positionOf) {
        for (long rest = found.set(); rest != 0; rest &= rest - 1) {
            int place = Long.numberOfTrailingZeros(rest);
            int position = positionOf[place];
            if (position >= 0) {
                set[position] = true;
                values[position] = found.values()[place];
            }
        }
    }

    /**
     * Reads a record.
     *
     * @param subject   entity and id, as the record's header says
     * @param changeAt  where the change's own bytes begin
     * @param positions the fields whose values count, with their place; all others are skipped
     * @throws IOException when admit did not write this
     */
    static LaneRecord read(String subject, byte[] bytes, int changeAt, FieldPositions positions) throws IOException {
        var laneRecord = new LaneRecord(subject, bytes, changeAt, bytes.length - 1, positions.size());
        try (JsonParser parser = JSON.createParser(bytes)) {
            laneRecord.readVerdict(parser, positions);
            Objects.requireNonNull(laneRecord.contract);
            Objects.requireNonNull(laneRecord.receipt);
            Objects.requireNonNull(laneRecord.source);
            Objects.requireNonNull(laneRecord.id);
            Objects.requireNonNull(laneRecord.at);
        } catch (RuntimeException e) {
            throw new IOException("no lane record", e);
        }
        return laneRecord;
    }

    private void readVerdict(JsonParser parser, FieldPositions positions) throws IOException {
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
                case "misplaced" -> misplaced = parser.readValueAs(Breach.class);
                case "parent" -> parent = parser.getText();
                case "after" -> {
                    altered = true;
                    readValues(parser, positions);
                }
                case "change" -> readChange(parser, altered ? FieldPositions.NONE : positions);
                default -> parser.skipChildren();
            }
        }
    }

    private void readChange(JsonParser parser, FieldPositions positions) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "source" -> source = LaneValues.text(parser);
                case "id" -> id = LaneValues.text(parser);
                case "time" -> at = UtcTime.any(parser.getText());
                case "sequence" -> version = Long.parseLong(parser.getText());
                case "data" -> readData(parser, positions);
                default -> parser.skipChildren();
            }
        }
    }

    private void readData(JsonParser parser, FieldPositions positions) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean after = parser.currentName().equals("after");
            if (parser.nextToken() == JsonToken.START_OBJECT && after && positions.size() > 0) {
                readValues(parser, positions);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readValues(JsonParser parser, FieldPositions positions) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Integer position = positions.of(parser.currentName());
            parser.nextToken();
            if (position == null) {
                parser.skipChildren();
            } else {
                set[position] = true;
                values[position] = LaneValues.of(parser, bytes);
            }
        }
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

    /** Under which the change is booked. */
    @Override
    public String receipt() {
        return receipt;
    }

    /** Where this delivery of the change came in. */
    String delivery() {
        return delivery == null ? receipt : delivery;
    }

    /** Whether the bridge itself sent the change through the front door again. */
    @Override
    public boolean returned() {
        return returned;
    }

    /** Whether this delivery may have come to the ledger before. */
    boolean again() {
        return again;
    }

    /** Whether the change says that it brings a new entity; of one that came by the topic it is not known. */
    boolean creates() {
        return creates;
    }

    /** What admit found; null where the ledger decides. */
    String outcome() {
        return outcome;
    }

    /** What the change is in breach of where its residency is the newest; null where it may live where it does. */
    Breach misplaced() {
        return misplaced;
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

    /** When the change was made, at its source. */
    Instant at() {
        return at;
    }

    /** As {@link #at}, in microseconds since 1970. Beyond the year 2255, PostgreSQL makes some 30 microseconds more or less of it. */
    long micros() {
        // ChronoUnit counts nanoseconds up to Java 17, and those run out in the year 2262.
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), MICROS_A_SECOND), at.getNano() / NANOS_A_MICRO);
    }

    long version() {
        return version;
    }

    String value(int position) {
        return values[position];
    }

    boolean sets(int position) {
        return set[position];
    }

    /** Which of the fields from a position on the change sets: a bit for each. */
    long sets(int from, int fields) {
        long bits = 0;
        for (int i = from; i < Math.min(from + fields, set.length); i++) {
            bits |= set[i] ? 1L << i - from : 0;
        }
        return bits;
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

    @Override
    public byte[] original() {
        return Arrays.copyOfRange(bytes, changeAt, changeEnd);
    }
}
