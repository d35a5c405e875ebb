package dev.concordat.contract;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is read as a contract.
 *
 * @param held what the file held when somebody looked at it, whatever it holds by now; empty where it is read as it is
 */
public record Source(Path file, Optional<FileContent> held) {
    static final int MOST_BYTES = 3_000_000;

    private static final int LOOKED_AT = 1 << 16;
    private static final Pattern KEY = Pattern.compile("(?m)^\\W*(apiVersion|kind)\\W");

    /** A file as it is. */
    static Source of(Path file) {
        return new Source(file, Optional.empty());
    }

    /**
     * A file that somebody named, as it is now: it may be a pipe and give what it holds once only. As it is where it cannot be read, so that whoever
     * reads it tells why.
     */
    public static Source once(Path file) {
        try {
            return new Source(file, Optional.of(FileContent.of(of(file).bytes())));
        } catch (IOException e) {
            return of(file);
        }
    }

    /** A file that was found in a folder, as it is now; nothing where it cannot be read, or is no file. */
    public static Source inFolder(Path file) {
        return new Source(file, Optional.of(FileContent.of(file)));
    }

    /** Whether it was looked at and nothing was found to read. */
    boolean isUnread() {
        return held.isPresent() && !isHeld();
    }

    /** Whether there is something to read, whatever has become of the file. */
    boolean isHeld() {
        return held.filter(content -> content.bytes().hasRemaining()).isPresent();
    }

    /** What it holds; of what is larger than a contract may be, one byte more than that. */
    ByteBuffer bytes() throws IOException {
        if (held.isPresent()) {
            return held.get().bytes().asReadOnlyBuffer();
        }
        // Streams of other kinds ask for the position, which a pipe does not have.
        try (InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()))) {
            return ByteBuffer.wrap(in.readNBytes(MOST_BYTES + 1)).asReadOnlyBuffer();
        }
    }

    /** Whether it has one of the keys that a contract begins with, whatever is wrong with it. */
    boolean isMeantAsContract() {
        try {
            ByteBuffer bytes = bytes();
            return KEY.matcher(StandardCharsets.UTF_8.decode(bytes.limit(Math.min(LOOKED_AT, bytes.limit())))).find();
        } catch (IOException e) {
            return true;
        }
    }
}
