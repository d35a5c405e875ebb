package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads all of the CRM's records, one after another; their order does not matter. */
public interface CrmReader {
    /**
     * @param collection {@code customers} or {@code accounts}
     * @param each       gets each record once
     * @throws IOException if the CRM did not give all of them; the message names no value of a record
     */
    void read(String collection, Consumer<JsonNode> each) throws IOException;

    /**
     * Reads one record; empty where the CRM has none of that id.
     *
     * @throws IOException if the CRM did not answer; the message names no value of a record
     */
    Optional<JsonNode> read(String collection, String id) throws IOException;
}
