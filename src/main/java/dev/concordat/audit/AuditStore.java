package dev.concordat.audit;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps the newest reports on disk: {@code <folder>/<timestamp>/report.json}, {@code report.html} and, where there is a finding,
 * {@code findings.ndjson.gz} with all of them; and a copy of the last one in {@code <folder>/latest}.
 */
public final class AuditStore {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern NAMED = Pattern.compile("\\d{8}T\\d{6}\\.\\d{3}Z");
    private static final String UNDER_WAY = ".writing-";
    private static final Pattern LEFTOVER = Pattern.compile("\\.writing-(\\d{8}T\\d{6}\\.\\d{3}Z)(\\.gz)?");
    private static final Duration LONGEST_AUDIT = Duration.ofDays(1);
    /** The file that a report names. */
    static final String FINDINGS = "findings.ndjson.gz";
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

    /** A list for the findings of an audit that begins now. */
    public FindingList list(Instant now) {
        return new FindingList(folder.resolve(UNDER_WAY + NAME.format(now) + ".gz"));
    }

    /** Writes the report and answers its folder; reports beyond the kept number are deleted, and what a killed audit left behind, nothing else is. */
    public Path write(AuditReport report, FindingList list) throws IOException {
        Files.createDirectories(folder);
        deleteLeftovers(report.at());
        Path written = folder.resolve(UNDER_WAY + NAME.format(report.at()));
        delete(written);
        Files.createDirectory(written);
        Files.write(written.resolve("report.json"), report.json());
        Files.writeString(written.resolve("report.html"), report.html());
        Path found = list.end();
        if (Files.exists(found)) {
            Files.move(found, written.resolve(FINDINGS));
        }
        Path own = folder.resolve(NAME.format(report.at()));
        delete(own);
        Files.move(written, own);
        showAsLatest(own);
        deleteOld(NAME.format(report.at()));
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

    /** File by file, each written beside and moved into place: whoever looks always finds a whole one. */
    private void showAsLatest(Path report) throws IOException {
        Path latest = folder.resolve("latest");
        Files.createDirectories(latest);
        for (String name : List.of("report.json", FINDINGS, "report.html")) {
            if (Files.exists(report.resolve(name))) {
                Path copy = Files.copy(report.resolve(name), latest.resolve(UNDER_WAY + name), StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, latest.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(latest.resolve(name));
            }
        }
    }

    private void deleteLeftovers(Instant now) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher name = LEFTOVER.matcher(file.getFileName().toString());
                if (name.matches() && NAME.parse(name.group(1), Instant::from).isBefore(now.minus(LONGEST_AUDIT))) {
                    delete(file);
                }
            }
        }
    }

    /** Those of a time to come, as the clock was set back since, go before all others. */
    private void deleteOld(String newest) throws IOException {
        List<String> names = names();
        List<String> inOrder = Stream.concat(names.stream().filter(name -> name.compareTo(newest) <= 0),
                names.stream().filter(name -> name.compareTo(newest) > 0)).toList();
        for (String name : inOrder.subList(Math.min(kept, inOrder.size()), inOrder.size())) {
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
