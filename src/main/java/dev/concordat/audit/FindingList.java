package dev.concordat.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes every finding of an audit into a file while it is found, one JSON object a line, packed: there may be millions. */
public final class FindingList implements Consumer<Finding>, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private static final Logger LOG = LoggerFactory.getLogger(FindingList.class);
    private final Path file;
    private OutputStream out;
    private IOException failure;

    FindingList(Path file) {
        this.file = file;
    }

    /** A full disk stops the list, not the audit. */
    @Override
    public void accept(Finding finding) {
        if (failure != null) {
            return;
        }
        try {
            if (out == null) {
                Files.createDirectories(file.getParent());
                out = new GZIPOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
            }
            JSON.writeValue(out, finding);
            out.write('\n');
        } catch (IOException broken) {
            failure = broken;
        }
    }

    /** Ends the list and answers its file; there is none where nothing was found. */
    Path end() throws IOException {
        if (out != null) {
            out.close();
        }
        if (failure != null) {
            throw failure;
        }
        return file;
    }

    /** Removes the file unless it was taken away. */
    @Override
    public void close() {
        try (OutputStream open = out) {
            Files.deleteIfExists(file);
        } catch (IOException broken) {
            LOG.debug("a list of findings is left behind", broken);
        }
    }
}
