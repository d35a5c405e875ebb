package dev.concordat.contract;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a file holds now.
 *
 * @param unreadable why it cannot be read; empty where it can
 */
public record FileContent(ByteBuffer bytes, String unreadable) {
    /** What was read already. */
    static FileContent of(ByteBuffer bytes) {
        return new FileContent(bytes, "");
    }

    public static FileContent of(Path file) {
        try {
            return of(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException e) {
            return new FileContent(ByteBuffer.allocate(0), Files.isSymbolicLink(file) && !Files.exists(file)
                    ? "it is a link to nothing; it should lead to a file"
                    : "it cannot be read (" + e.getClass().getSimpleName() + "); the bridge should have the right to");
        }
    }

    /** Its bytes, of which those of ASCII are characters of the text; none of one that cannot be read. */
    public String characters() {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    /** @throws BridgeException where it cannot be read, or is no text */
    public String text() {
        if (!unreadable.isEmpty()) {
            throw new BridgeException(unreadable);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            throw new BridgeException("it should be text in UTF-8", e);
        }
    }
}
