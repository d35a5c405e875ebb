package dev.concordat.contract;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All contracts in force: {@code contracts/<entity>/v<major>.odcs.yaml}. */
public final class Contracts {
    private static final String ENDING = ".odcs.yaml";

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
        Map<Odcs.Document, List<Finding>> documents = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        for (Path file : files) {
            List<Finding> own = new ArrayList<>();
            OdcsReader.read(file, own).ifPresentOrElse(document -> documents.put(document, own),
                    () -> findings.addAll(own));
        }
        References references = new References(List.copyOf(documents.keySet()), findings.isEmpty());
        List<Contract> contracts = new ArrayList<>();
        documents.forEach((document, own) -> {
            new ContractReader(document, references, own).read().ifPresent(contracts::add);
            findings.addAll(own);
        });
        if (!findings.isEmpty()) {
            findings.sort(Comparator.comparing(Finding::file).thenComparing(Finding::line)
                    .thenComparing(Finding::column));
            throw new ContractException(findings.stream().distinct().toList());
        }
        return new Contracts(contracts);
    }

    /** Whether a file is a contract by its name. */
    public static boolean holds(Path file) {
        return file.toString().endsWith(ENDING);
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> files = found.filter(Contracts::holds).sorted().toList();
            if (files.isEmpty()) {
                throw new ContractException(List.of(new Finding(directory, 1, 1, "", "holds no contract",
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
