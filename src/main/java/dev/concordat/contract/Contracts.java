package dev.concordat.contract;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All contracts in force: {@code contracts/<entity>/v<major>.odcs.yaml}. */
public final class Contracts {
    static final String ENDING = ".odcs.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(Contracts.class);

    private final List<Contract> all;

    private Contracts(List<Contract> all) {
        this.all = List.copyOf(all);
    }

    /** Reads all contracts under a directory, or refuses them all and says what is wrong in each. */
    public static Contracts read(Path directory) throws ContractException {
        return read(files(directory), Source::inFolder);
    }

    /**
     * Reads all contracts under a directory as {@link #read(Path)} does, from what its files held when somebody looked at them.
     *
     * @param held what each file held; nothing where the directory could not be opened or holds no contract
     */
    public static Contracts read(Path directory, Map<Path, FileContent> held) throws ContractException {
        List<Path> files = held.isEmpty() ? files(directory) : held.keySet().stream().sorted().toList();
        return read(files, file -> new Source(file, Optional.of(held.getOrDefault(file, FileContent.of(ByteBuffer.allocate(0))))));
    }

    /**
     * Reads all contracts under a directory as {@link #read(Path)} does, with a file from elsewhere in the place of the contract of the
     * same entity and major version, or as a further one beside them.
     */
    public static Contracts read(Path directory, Source other) throws ContractException {
        List<Path> files = new ArrayList<>(files(directory));
        Path place = placeIn(directory, other);
        if (!files.contains(place)) {
            files.add(place);
        }
        return read(files, file -> file.equals(place) ? other : Source.inFolder(file));
    }

    /** Where in a directory a contract stands or would stand; where it stands now, if it does not say what it is about. */
    public static Path placeIn(Path directory, Source source) {
        Odcs.Document document = OdcsReader.read(source, new ArrayList<>()).orElse(null);
        Optional<Version> version = Optional.ofNullable(document).flatMap(read -> Version.of(read.version()));
        if (version.isEmpty() || document.schema().size() != 1 || !document.schema().get(0).name().matches("[\\w.-]+")) {
            return source.file();
        }
        Path place = Path.of(document.schema().get(0).name(), "v" + version.get().major() + ENDING);
        return files(directory).stream().filter(other -> other.endsWith(place)).findFirst().orElse(directory.resolve(place));
    }

    /**
     * Reads a contract, wherever it stands. Where that is {@code <entity>/v<major>.odcs.yaml}, those beside it in such files are read too; it may
     * refer to them.
     *
     * @throws ContractException   with what is wrong in the contract itself first
     * @throws NoContractException where the file holds something else
     */
    public static Contracts around(Source source) throws ContractException {
        Path file = source.file();
        if (Files.notExists(file) || Files.isDirectory(file)) {
            throw new BridgeException("there is no contract [" + file + "]; name a file, such as contracts/customer/v1" + ENDING);
        }
        List<Path> beside = isOfItsFolder(source) ? ContractLint.beside(file) : List.of();
        if (beside.isEmpty()) {
            return of(Reading.alone(source), source);
        }
        Stream<Path> others = beside.stream().filter(other -> !ContractLint.isSame(file, other));
        return of(Reading.of(Stream.concat(Stream.of(file), others).toList(), each -> each.equals(file) ? source : Source.inFolder(each), List.of(),
                Profile.CONCORDAT).first(file), source);
    }

    private static Contracts of(Reading reading, Source source) {
        if (reading.hasErrors() && !source.isMeantAsContract()) {
            throw new NoContractException(reading.findings());
        }
        return of(reading);
    }

    /** Whether the folder of a file has the name of the entity that the contract in it is about. */
    private static boolean isOfItsFolder(Source source) {
        Path file = source.file();
        Path folder = file.toAbsolutePath().normalize().getParent().getFileName();
        return OdcsReader.read(source, new ArrayList<>()).filter(read -> read.schema().size() == 1)
                .map(read -> String.valueOf(folder).equals(read.schema().get(0).name())).orElse(false);
    }

    private static Contracts read(List<Path> files, Function<Path, Source> source) {
        return of(Reading.of(files, source, List.of(), Profile.CONCORDAT));
    }

    private static Contracts of(Reading reading) {
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

    /** The contract that was read from a file. */
    public Optional<Contract> in(Path file) {
        return all.stream().filter(contract -> contract.file().equals(file)).findFirst();
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
