package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.FileContent;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which contracts would be taken into force, of files that somebody writes at this moment. */
class ContractReloadTest {
    @TempDir
    private Path folder;
    private final List<Contracts> coming = new ArrayList<>();
    private Path customer;
    private ContractReload reload;

    @BeforeEach
    void copy() throws Exception {
        TestBed.copyOfContracts(folder);
        customer = folder.resolve("customer/v1.odcs.yaml");
        reload = new ContractReload(folder, Contracts.read(folder), null, null, Map.of(), null, null, (before, after) -> {
            coming.add(after);
            return List.of("not now");
        });
    }

    private Map<Path, FileContent> found() {
        return FolderWatch.found(folder, Contracts::holds);
    }

    @Test
    void whatWasLookedAtIsReadWhateverIsWrittenMeanwhile() throws Exception {
        String newer = Files.readString(customer).replace("version: 1.0.0", "version: 1.1.0");
        Files.writeString(customer, newer);
        var found = found();
        Files.writeString(customer, newer.substring(0, newer.indexOf("slaProperties:")).replace("version: 1.1.0", "version: 1.2.0"));
        assertThat(reload.take(found)).isTrue();
        assertThat(coming).singleElement().satisfies(contracts -> assertThat(contracts.all()).extracting(Contract::label)
                .containsExactly("account/1.0.0", "customer/1.1.0"));
        assertThat(reload.refused()).isEqualTo("not now");
    }

    @Test
    void aFolderThatComesBackAfterTheLookIsNotReadUnseen() throws Exception {
        assertThat(reload.take(Map.of())).isTrue();
        assertThat(coming).isEmpty();
        assertThat(reload.refused()).contains("is empty");
    }

    @Test
    void whatCannotBeReadIsToldAsEver() throws Exception {
        Files.delete(customer);
        Files.createSymbolicLink(customer, folder.resolve("nothing"));
        assertThat(reload.take(found())).isTrue();
        assertThat(reload.refused()).contains(customer + ":1:1 unreadable-file: is not there");
        Files.delete(customer);
        Files.delete(folder.resolve("account/v1.odcs.yaml"));
        assertThat(reload.take(found())).isTrue();
        assertThat(reload.refused()).contains("holds no contract");
        assertThat(coming).isEmpty();
    }

    /** Whoever opens a pipe waits until somebody writes into it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsNoFileIsNotOpened() throws Exception {
        Files.delete(customer);
        assertThat(new ProcessBuilder("mkfifo", customer.toString()).start().waitFor()).isZero();
        String why = customer + ":1:1 unreadable-file: is a pipe, a socket or a device; it should be a regular file, or a link to one";
        assertThat(reload.take(found())).isTrue();
        assertThat(reload.refused()).contains(why);
        assertThatThrownBy(() -> Contracts.read(folder)).hasMessageContaining(why);
        Files.delete(customer);
        try (var large = new RandomAccessFile(customer.toFile(), "rw")) {
            large.setLength(20_000_000);
        }
        assertThat(reload.take(found())).isTrue();
        assertThat(reload.refused()).contains(customer + ":1:1 too-large: has more than 3000000 bytes");
    }

    @Test
    void aContractThatIsGoneIsToldAndNotWhatOthersAreWithoutIt() throws Exception {
        Files.delete(customer);
        assertThat(reload.take(found())).isTrue();
        assertThat(reload.refused()).isEqualTo(folder.resolve("customer")
                + ": the contract customer/1.0.0 is gone; it should stay while a change may name it, and be removed before a start");
        assertThat(coming).isEmpty();
    }
}
