package dev.concordat.ledger;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Changes that one statement applies: of one entity, and at most one for each id, so that every change is judged against
 * the ledger as the change before it left it.
 */
public record Wave(String entity, String statement, List<LaneRecord> records) {
    /** The records as the JSON array that the statement takes. */
    public byte[] json() {
        var bytes = new ByteArrayOutputStream(records.size() * 1024);
        char separator = '[';
        for (LaneRecord laneRecord : records) {
            bytes.write(separator);
            bytes.writeBytes(laneRecord.bytes());
            separator = ',';
        }
        bytes.write(']');
        return bytes.toByteArray();
    }

    /** Whether only one change is left, so that it alone is what the ledger refuses. */
    public boolean single() {
        return records.size() == 1;
    }

    /** The wave in two, to find the change that the ledger refuses. */
    public List<Wave> halves() {
        int middle = records.size() / 2;
        return List.of(new Wave(entity, statement, records.subList(0, middle)),
                new Wave(entity, statement, records.subList(middle, records.size())));
    }
}
