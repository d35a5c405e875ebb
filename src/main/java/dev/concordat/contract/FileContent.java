package dev.concordat.contract;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a file holds now.
 *
 * @param unreadable why it cannot be read; empty where it can
 */
public record FileContent(ByteBuffer bytes, String unreadable) {
    /** Far more than a file of routes or a contract has, and no load for the heap. */
    static final int MOST_BYTES = 10_000_000;

    /** What is wrong with what {@link #isOther} finds, and what would be right. */
    static final String OTHER = "is a pipe, a socket or a device";
    static final String NOT_OTHER = "it should be a regular file, or a link to one";

    /** What was read already. */
    static FileContent of(ByteBuffer bytes) {
        return new FileContent(bytes, "");
    }

    /** What it holds, unless it is no file: whoever opens a pipe waits until somebody writes into it. */
    public static FileContent of(Path file) {
        try {
            if (isOther(file)) {
                return unreadable("it " + OTHER + "; " + NOT_OTHER);
            }
            if (Files.size(file) > MOST_BYTES) {
                return unreadable("it is larger than " + MOST_BYTES + " bytes; it should be smaller");
            }
            return of(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException e) {
            return unreadable(Files.isSymbolicLink(file) && !Files.exists(file)
                    ? "it is a link to nothing; it should lead to a file"
                    : "it cannot be read (" + e.getClass().getSimpleName() + "); the bridge should have the right to");
        }
    }

    /** Whether it is neither a file nor a folder, nor a link to one. */
    static boolean isOther(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).isOther();
    }

    private static FileContent unreadable(String why) {
        return new FileContent(ByteBuffer.allocate(0), why);
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
