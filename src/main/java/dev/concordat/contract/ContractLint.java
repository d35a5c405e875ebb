package dev.concordat.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Says all that is wrong in contract files; what it calls an error is what the bridge refuses to start with. */
public final class ContractLint {
    private ContractLint() {
    }

    /**
     * Findings of all files, in their order; contracts that lie beside the files may be pointed at.
     *
     * @param source what is read as one of the files
     */
    public static List<Finding> lint(List<Path> files, Function<Path, Source> source, Profile profile) {
        List<Path> around = files.stream().flatMap(file -> beside(file).stream()).distinct()
                .filter(other -> files.stream().noneMatch(file -> isSame(file, other))).toList();
        return Reading.of(files, source, around, profile).findings();
    }

    /** The contracts in a directory and below it: {@code *.odcs.yaml}, in the order of their names. */
    public static List<Path> files(Path directory) throws IOException {
        return Folder.files(directory, Contracts::holds);
    }

    /** The contracts of a directory that is laid out as {@code <entity>/v<major>.odcs.yaml}, the file among them. */
    static List<Path> beside(Path file) {
        Path entity = file.toAbsolutePath().normalize().getParent();
        Path all = entity == null ? null : entity.getParent();
        if (all == null || !isNamedByMajor(file)) {
            return List.of();
        }
        try {
            return Folder.files(all, 2, ContractLint::isNamedByMajor).stream().filter(other -> isNamedByMajor(other) && !other.getParent().equals(all)).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean isNamedByMajor(Path file) {
        return file.getFileName() != null && file.getFileName().toString().matches("v\\d+\\.odcs\\.yaml");
    }

    static boolean isSame(Path file, Path other) {
        return file.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }
}
