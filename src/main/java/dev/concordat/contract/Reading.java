package dev.concordat.contract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Contract files that were read together, so that they can point at each other.
 *
 * @param contracts what the bridge would work with; empty under the standard alone
 * @param findings  all of all files, in their order
 */
record Reading(List<Contract> contracts, List<Finding> findings) {
    /** Reads a contract alone, wherever it stands: the contracts that it names may stand elsewhere. */
    static Reading alone(Source source) {
        return of(List.of(source.file()), file -> source, List.of(), Profile.CONCORDAT, true);
    }

    /**
     * Reads files.
     *
     * @param source what is read as one of the files; asked once for each
     * @param around files that were found and references may point into, but nothing is said about
     */
    static Reading of(List<Path> files, Function<Path, Source> source, List<Path> around, Profile profile) {
        return of(files, source, around, profile, false);
    }

    private static Reading of(List<Path> files, Function<Path, Source> source, List<Path> around, Profile profile, boolean alone) {
        Map<Path, Source> sources = new LinkedHashMap<>();
        files.forEach(file -> sources.put(file, source.apply(file)));
        Map<Odcs.Document, List<Finding>> documents = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        sources.forEach((file, read) -> {
            List<Finding> own = new ArrayList<>();
            OdcsReader.read(read, file, own).ifPresentOrElse(document -> documents.put(document, own), () -> findings.addAll(own));
        });
        boolean complete = findings.isEmpty() && !alone;
        Stream<Odcs.Document> others = around.stream().flatMap(file -> OdcsReader.read(Source.inFolder(file), new ArrayList<>()).stream());
        References references = new References(Stream.concat(documents.keySet().stream(), others).toList(), complete);
        List<Contract> contracts = new ArrayList<>();
        documents.forEach((document, own) -> {
            new StandardChecks(document, references, own).run();
            if (profile == Profile.CONCORDAT) {
                new ContractReader(document, references, own, alone).read().ifPresent(contracts::add);
            }
            findings.addAll(own);
        });
        return new Reading(contracts, findings.stream().map(finding -> finding.in(read(sources, finding.file())).with(finding.level(profile))).distinct()
                .sorted(Comparator.comparing(Finding::file).thenComparing(Finding::line).thenComparing(Finding::column)).toList());
    }

    /** The file that was read in the place of one. */
    private static Path read(Map<Path, Source> sources, Path file) {
        return sources.containsKey(file) ? sources.get(file).file() : file;
    }

    /** The same with the findings of a file before all others. */
    Reading first(Path file) {
        return new Reading(contracts, findings.stream().sorted(Comparator.comparing(finding -> !finding.file().equals(file))).toList());
    }

    boolean hasErrors() {
        return findings.stream().anyMatch(Finding::isError);
    }
}
