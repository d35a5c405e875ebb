package dev.concordat.change;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/**
 * Reads the data of changes that are plainly sound: those that every later step would leave as they are. Which steps those are, the reader
 * knows; a change that it does not take is read as a document and taken through them. So is one that those steps do not know again: a gate
 * knows the {@link FieldValues.Layout} of its own reader.
 */
public interface SoundReader {
    /**
     * What the envelope says of whom the data is about.
     *
     * @param dataschema the contract, such as {@code urn:concordat:customer:1}
     * @param subject    such as {@code customer/C-1}
     * @param customer   whom the change concerns
     */
    record Addressed(String dataschema, String subject, String customer) {
    }

    /**
     * What was read.
     *
     * @param creates whether the change says that it brings a new entity
     */
    record Sound(FieldValues values, boolean creates) {
    }

    /**
     * Reads an object from its beginning to its end; null where it is not plainly sound, and the parser stands anywhere.
     *
     * @param parser at the beginning of the object
     * @param bytes  what it parses
     * @throws IOException where the bytes are no JSON
     */
    Sound read(JsonParser parser, byte[] bytes, Addressed addressed) throws IOException;
}
