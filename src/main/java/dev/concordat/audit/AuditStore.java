package dev.concordat.audit;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps the newest reports on disk: {@code <folder>/<timestamp>/report.json} and {@code report.html}, and a copy of the
 * last one in {@code <folder>/latest}.
 */
public final class AuditStore {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern NAMED = Pattern.compile("\\d{8}T\\d{6}\\.\\d{3}Z");
    private final Path folder;
    private final int kept;

    /** @param kept how many reports are kept, at least 1 */
    public AuditStore(Path folder, int kept) {
        if (kept < 1) {
            throw new BridgeException("The audit keeps [" + kept + "] reports, 1 or more is right.");
        }
        this.folder = folder;
        this.kept = kept;
    }

    /** Writes the report and answers its folder; reports beyond the kept number are deleted, nothing else is. */
    public Path write(AuditReport report) throws IOException {
        Files.createDirectories(folder);
        byte[] json = report.json();
        byte[] html = report.html().getBytes(StandardCharsets.UTF_8);
        Path own = place(json, html, NAME.format(report.at()));
        place(json, html, "latest");
        deleteOld();
        return own;
    }

    /** The last report's page. */
    public Path latest() {
        return folder.resolve("latest").resolve("report.html");
    }

    /** When the kept reports were made, the newest first. */
    public List<Instant> kept() throws IOException {
        return names().stream().map(name -> NAME.parse(name, Instant::from)).toList();
    }

    /** Written beside and moved into place, so that no reader sees half a report. */
    private Path place(byte[] json, byte[] html, String name) throws IOException {
        Path written = folder.resolve(".writing-" + name);
        delete(written);
        Files.createDirectory(written);
        Files.write(written.resolve("report.json"), json);
        Files.write(written.resolve("report.html"), html);
        Path place = folder.resolve(name);
        delete(place);
        return Files.move(written, place);
    }

    private void deleteOld() throws IOException {
        for (String name : names().stream().skip(kept).toList()) {
            delete(folder.resolve(name));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> NAMED.matcher(name).matches())
                    .sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static void delete(Path report) throws IOException {
        if (Files.notExists(report)) {
            return;
        }
        try (Stream<Path> files = Files.walk(report)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
