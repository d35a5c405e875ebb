package dev.concordat.contract;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is read as a contract.
 *
 * @param held what the file held when somebody looked at it, whatever it holds by now; empty where it is read as it is
 */
record Source(Path file, Optional<FileContent> held) {
    /** A file as it is. */
    static Source of(Path file) {
        return new Source(file, Optional.empty());
    }

    long size() throws IOException {
        return held.isPresent() ? held.get().bytes().remaining() : Files.size(file);
    }

    Reader text() throws IOException {
        return held.isPresent() ? new StringReader(held.get().decoded())
                : Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }
}
