package dev.concordat;

import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.util.FileSystemUtils;

/** One PostgreSQL for each region, with the sample's tables and nothing in them. Made once for this Java machine, then copied: that takes a fifth of the time. */
final class Clusters {
    static final Map<String, List<String>> DATABASES =
            Map.of("eu", List.of("ledger_eu", "directory", "crm"), "uk", List.of("ledger_uk"), "us", List.of("ledger_us"));
    private static Path made;

    private Clusters() {
    }

    /** @param data where {@link EmbeddedParts} are to start, not there yet */
    static void layInto(Path data) throws IOException {
        var copy = new ProcessBuilder("cp", "-pR", made().toString(), data.toString()).inheritIO().start();
        try {
            if (copy.waitFor() != 0) {
                throw new IOException("'" + made + "' cannot be copied to '" + data + "'");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while clusters were copied", e);
        }
    }

    private static synchronized Path made() throws IOException {
        if (made == null) {
            Path folder = Files.createTempDirectory("concordat-clusters");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
            Path making = folder.resolve("data");
            EmbeddedParts.start(making, Set.of(Part.POSTGRES), DATABASES, line -> { }).close();
            // Each copy chooses ports of its own.
            Files.delete(making.resolve("ports.properties"));
            made = making;
        }
        return made;
    }
}
