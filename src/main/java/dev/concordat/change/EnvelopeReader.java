package dev.concordat.change;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;

/** Reads the CloudEvents attributes of a change; what the ledger could not keep apart or store is refused here. */
public final class EnvelopeReader {
    private static final int LONGEST_ID = 64;
    private static final int LONGEST_ATTRIBUTE = 256;
    /** The world's offsets end at 14 hours, in seconds; PostgreSQL's not much later. */
    private static final int FARTHEST_OFFSET = 14 * 3600;

    private EnvelopeReader() {
    }

    /** @param attributes gives an attribute by its name; null where it is absent or no text */
    static Change.Envelope read(UnaryOperator<String> attributes) throws Unreadable {
        if (!"1.0".equals(attributes.apply("specversion"))) {
            throw new Unreadable("envelope", "", "`specversion` should be 1.0");
        }
        String id = required(attributes, "id", "an id that is unique in its source");
        String source = required(attributes, "source", "the URI of the sending system");
        String subject = required(attributes, "subject", "the entity and its id, for example customer/C-1");
        String dataschema = required(attributes, "dataschema", "urn:concordat:<entity>:<major>");
        String customer = required(attributes, "partitionkey", "the customer's id");
        int slash = subject.indexOf('/');
        String entity = slash < 0 ? subject : subject.substring(0, slash);
        String entityId = slash < 0 ? "" : subject.substring(slash + 1);
        if (!isEntityId(entityId) || !isEntityId(customer)) {
            throw new Unreadable("envelope", "", "`subject` should be the entity and its id, for example customer/C-1, and "
                    + "`partitionkey` the customer's id: 1 to 64 letters, digits or _ . ~ : -, and not dots alone");
        }
        if (!(entity + ".changed").equals(attributes.apply("type"))) {
            throw new Unreadable("envelope", "", "`type` should be <entity>.changed with the entity that `subject` names");
        }
        return new Change.Envelope(source, id, entity, entityId, customer, sequence(attributes), time(attributes),
                dataschema, attributes.apply("origin"));
    }

    /** Whether a text can be an entity's id; dots alone would be another place where an id stands in a path. */
    public static boolean isEntityId(String text) {
        boolean ok = !text.isEmpty() && text.length() <= LONGEST_ID;
        boolean dots = true;
        for (int i = 0; ok && i < text.length(); i++) {
            char each = text.charAt(i);
            ok = each < 128 && Character.isLetterOrDigit(each) || "_.~:-".indexOf(each) >= 0;
            dots &= each == '.';
        }
        return ok && !dots;
    }

    private static String required(UnaryOperator<String> attributes, String name, String right) throws Unreadable {
        String value = attributes.apply(name);
        if (value == null || !isIdentity(value)) {
            throw new Unreadable("envelope", "", "`" + name + "` should be " + right + ", at most 256 characters, without control "
                    + "characters and half surrogate pairs");
        }
        return value;
    }

    /** Whether a text can tell a change from any other. */
    static boolean isIdentity(String text) {
        return !text.isBlank() && text.length() <= LONGEST_ATTRIBUTE && isText(text);
    }

    /** What is written for a half pair stands for any other too: two changes would have one identity. */
    private static boolean isText(String value) {
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            if (Character.isISOControl(each) || Character.isLowSurrogate(each)) {
                return false;
            }
            if (Character.isHighSurrogate(each)) {
                i++;
                if (i == value.length() || !Character.isLowSurrogate(value.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static long sequence(UnaryOperator<String> attributes) throws Unreadable {
        long version = Sequence.read(attributes.apply("sequence"));
        if (version == 0) {
            throw new Unreadable("envelope", "", "`sequence` should be the entity's version at its source: a whole number from 1 on, "
                    + "padded to 20 digits");
        }
        return version;
    }

    /** In microseconds, as ledgers keep it. */
    private static Instant time(UnaryOperator<String> attributes) throws Unreadable {
        Instant usual = UtcTime.read(String.valueOf(attributes.apply("time")));
        if (usual != null) {
            return usual;
        }
        try {
            var time = OffsetDateTime.parse(String.valueOf(attributes.apply("time")));
            if (time.getYear() >= 1970 && time.getYear() < 9999 && Math.abs(time.getOffset().getTotalSeconds()) <= FARTHEST_OFFSET) {
                return time.toInstant().truncatedTo(ChronoUnit.MICROS);
            }
        } catch (DateTimeParseException e) {
            // falls through: no date and time with offset
        }
        throw new Unreadable("envelope", "", "`time` should be a date and time with offset, for example 2026-01-31T10:00:00Z");
    }
}
