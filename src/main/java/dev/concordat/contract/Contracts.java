package dev.concordat.contract;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All contracts in force: {@code contracts/<entity>/v<major>.odcs.yaml}. */
public final class Contracts {
    private static final String ENDING = ".odcs.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(Contracts.class);

    private final List<Contract> all;

    private Contracts(List<Contract> all) {
        this.all = List.copyOf(all);
    }

    /** Reads all contracts under a directory, or refuses them all and says what is wrong in each. */
    public static Contracts read(Path directory) throws ContractException {
        return read(files(directory));
    }

    /** Reads a contract, and those beside it in {@code <entity>/v<major>.odcs.yaml}, to which it may refer. */
    public static Contracts around(Path file) throws ContractException {
        if (!Files.isRegularFile(file)) {
            throw new BridgeException("there is no contract [" + file + "]; name a file, such as contracts/customer/v1" + ENDING);
        }
        boolean near = file.getNameCount() < 3 && !file.isAbsolute();
        Path own = near ? file.toAbsolutePath().normalize() : file;
        Path folder = Optional.ofNullable(own.getParent().getParent()).orElse(own.getParent());
        try (Stream<Path> found = Files.walk(folder, 2)) {
            Stream<Path> siblings = found.filter(other -> holds(other) && !other.equals(own));
            return read(Stream.concat(Stream.of(own), siblings).sorted().toList());
        } catch (IOException | UncheckedIOException e) {
            throw new BridgeException("what stands beside [" + file + "] cannot be read; put contracts into <entity>/v<major>" + ENDING, e);
        }
    }

    private static Contracts read(List<Path> files) {
        Reading reading = Reading.of(files, List.of(), Profile.CONCORDAT);
        if (reading.hasErrors()) {
            throw new ContractException(reading.findings().stream().filter(Finding::isError).toList());
        }
        reading.findings().forEach(warning -> LOG.warn("{}", warning));
        return new Contracts(reading.contracts());
    }

    /** Whether a file is a contract by its name. */
    public static boolean holds(Path file) {
        return file.toString().endsWith(ENDING);
    }

    private static List<Path> files(Path directory) {
        try {
            List<Path> files = ContractLint.files(directory);
            if (files.isEmpty()) {
                throw new ContractException(List.of(Finding.ofFile(directory, FindingCode.NO_CONTRACT, "holds no contract",
                        "put contracts into <entity>/v<major>" + ENDING)));
            }
            return files;
        } catch (IOException e) {
            throw new BridgeException("contracts cannot be read from [" + directory
                    + "]; name a directory with <entity>/v<major>" + ENDING, e);
        }
    }

    public Optional<Contract> find(String entity, int major) {
        return all.stream().filter(contract -> contract.entity().equals(entity) && contract.major() == major)
                .findFirst();
    }

    /** The contract of the entity with the highest major version. */
    public Contract newest(String entity) {
        return all.stream().filter(contract -> contract.entity().equals(entity))
                .max(Comparator.comparing(Contract::major))
                .orElseThrow(() -> new BridgeException("there is no contract for entity [" + entity
                        + "]; put one into contracts/" + entity + "/v1" + ENDING));
    }

    /** The contract with the highest major version of every entity. */
    public List<Contract> newest() {
        return all.stream().map(Contract::entity).distinct().map(this::newest).toList();
    }

    public List<Contract> all() {
        return all;
    }
}
