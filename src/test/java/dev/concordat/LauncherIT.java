package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./concordat} with the built jar. */
@Timeout(600)
class LauncherIT {
    @TempDir
    private Path folder;

    /** The shell makes and removes the folders: a Java that is tested in a locale of ASCII alone cannot name them. */
    @Test
    void checkoutAndDataMayHaveAnyLetterInTheirPaths() throws Exception {
        assertThat(shell("""
                umlaut=$(printf '\\303\\274')
                home=$1/checkout-$umlaut
                trap 'rm -rf "$1"/*-"$umlaut"' EXIT
                mkdir -p "$home/src/main" "$home/target"
                cp -R concordat pom.xml config contracts routes "$home"
                ln -s "$PWD/target/lib" "$home/target/lib"
                cp target/concordat.jar "$home/target"
                printf 'concordat.%s.port = 0\\n' webhook management console > "$1/demo.properties"
                LC_ALL=C "$home/concordat" --config "$1/demo.properties" --data "$1/data-$umlaut" demo --plain --exit --changes 100
                ls -d "$1"/*-"$umlaut"/kafka
                """)).contains("the books balance");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("demo.properties", "output.txt");
    }

    private String shell(String script) throws Exception {
        Path output = folder.resolve("output.txt");
        Process shell = new ProcessBuilder("sh", "-euc", script, "sh", folder.toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        int status = shell.waitFor();
        assertThat(status).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
