package dev.concordat.tool;

import dev.concordat.change.ChangeReader;
import dev.concordat.change.SoundReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** What commands that read data have in common. */
final class DataOptions {
    static final String DATA = "Files of NDJSON, JSON, CSV, changes (CloudEvents), Salesforce or Debezium events, also packed by gzip;"
            + " - is standard input.";

    @Option(names = "--as", paramLabel = "FORMAT", description = "How DATA is written: ${COMPLETION-CANDIDATES}. "
            + "Without it, that is found by content.")
    private DataFormat as;

    @Option(names = "--adapter", paramLabel = "FILE", defaultValue = "${sys:concordat.home:-.}/routes/salesforce-adapter.camel.yaml",
            description = "Route that turns Salesforce's events into changes (default: ${DEFAULT-VALUE}).")
    private Path adapter;

    DataFormat as() {
        return as;
    }

    SourceAdapter adapter() {
        return new SourceAdapter(adapter);
    }

    void read(List<String> data, PrintWriter terminal, Consumer<DataRecord> each) {
        var progress = new Progress(terminal);
        var reader = new DataReader(as, System.in, progress::read);
        try {
            data.forEach(file -> reader.read(file, found -> {
                each.accept(found);
                progress.judged();
            }));
        } finally {
            progress.done();
        }
    }

    /** The bridge's reader of changes, with its shipped limit of their size; it makes a document of each. */
    static ChangeReader reader() {
        return new ChangeReader(largest());
    }

    /** As {@link #reader()}, but what is plainly sound is read without a document, as in the bridge. */
    static ChangeReader reader(SoundReader sound) {
        return new ChangeReader(largest(), sound);
    }

    private static int largest() {
        var shipped = new Properties();
        try (InputStream settings = ChangeReader.class.getResourceAsStream("/dev/concordat/application.properties")) {
            shipped.load(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Integer.parseInt(shipped.getProperty("concordat.change.largest"));
    }
}
