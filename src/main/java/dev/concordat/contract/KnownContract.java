package dev.concordat.contract;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a version of a contract has stood for since it first came into force.
 *
 * @param content  the file
 * @param versions all of the entity that stand for something, this one among them
 */
public record KnownContract(String entity, Version version, ByteBuffer content, Instant since, List<Version> versions) {
    public KnownContract {
        content = content.asReadOnlyBuffer();
        versions = List.copyOf(versions);
    }

    boolean isOf(Contract contract) {
        return entity.equals(contract.entity()) && Version.of(contract.version()).equals(Optional.of(version));
    }

    /** As it would be read in the place of another one. */
    Source insteadOf(Contract contract) {
        return new Source(contract.file(), Optional.of(FileContent.of(content)));
    }

    /** The lowest minor version that stands for nothing yet and is above those of its major that do. */
    Version nextMinor() {
        int minor = versions.stream().filter(each -> each.major() == version.major()).mapToInt(Version::minor).max().orElse(version.minor());
        return new Version(version.major(), minor + 1, 0);
    }

    /** The lowest major version of which none stands for something yet. */
    Version nextMajor() {
        return new Version(versions.stream().mapToInt(Version::major).max().orElse(version.major()) + 1, 0, 0);
    }

    /** Entity and version, such as {@code customer/1.0.0}. */
    public String label() {
        return entity + "/" + version;
    }
}
