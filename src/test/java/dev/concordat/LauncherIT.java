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
    /** Nothing in it is newer than the jar, so nothing is built. */
    private static final String CHECKOUT = """
            checkout() {
                mkdir -p "$1/src/main" "$1/target"
                cp -R concordat pom.xml config contracts routes "$1"
                ln -s "$PWD/target/lib" "$1/target/lib"
                cp target/concordat.jar "$1/target"
            }
            """;

    @TempDir
    private Path folder;

    /** The shell makes and removes the folders: a Java that is tested in a locale of ASCII alone cannot name them. */
    @Test
    void checkoutAndDataMayHaveAnyLetterInTheirPaths() throws Exception {
        assertThat(shell("""
                umlaut=$(printf '\\303\\274')
                home=$1/checkout-$umlaut
                trap 'rm -rf "$1"/*-"$umlaut"' EXIT
                checkout "$home"
                printf 'concordat.%s.port = 0\\n' webhook management console > "$1/demo.properties"
                LC_ALL=C "$home/concordat" --config "$1/demo.properties" --data "$1/data-$umlaut" demo --plain --exit --changes 100
                [ -f "$1/data-$umlaut/concordat.log" ]
                [ ! -e "$home/data" ]
                """)).contains("the books balance");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("demo.properties", "output.txt");
    }

    @Test
    void contractsInForceAreFoundFromWhereverOneIsTried() throws Exception {
        assertThat(shell("""
                checkout "$1/checkout"
                ln -s "$1/checkout" "$1/linked"
                sed -i 's/maxLength: 140/maxLength: 141/' "$1/checkout/contracts/customer/v1.odcs.yaml"
                mkdir -p "$1/elsewhere/config" "$1/elsewhere/bridge"
                echo 'server.port = 8080' > "$1/elsewhere/config/application.properties"
                cp contracts/customer/v1.odcs.yaml "$1/elsewhere/new.yaml"
                echo '{"id":"C-1","familyName":"Doe","type":"company","residency":"CH","status":"active"}' > "$1/elsewhere/data.json"
                echo 'concordat.kafka.brokers = localhost:1' > "$1/elsewhere/bridge/addresses.properties"
                touch "$1/elsewhere/bridge/concordat.lock"
                cd "$1/elsewhere"
                "$1/linked/concordat" contract try new.yaml --from data.json
                "$1/linked/concordat" contract try new.yaml --from data.json --old new.yaml
                status=0
                "$1/linked/concordat" contract try new.yaml --from topic --data bridge || status=$?
                [ $status = 2 ]
                """)).contains("1 change", "is 140 and was 141 in force", "no bridge runs with data folder '" + folder + "/elsewhere/bridge'");
    }

    @Test
    void aDataFolderThatCannotBeUsedIsSaidInOneLine() throws Exception {
        assertThat(shell("""
                checkout "$1/checkout"
                status=0
                "$1/checkout/concordat" --data "$1/checkout/pom.xml" demo --plain || status=$?
                [ $status = 2 ]
                """)).matches("data folder '(.+)' cannot be used: '\\1' is a file; name another with --data\n");
    }

    @Test
    void whatIsThereAfterABuildOfTheImageIsCompleted() throws Exception {
        assertThat(shell("""
                checkout "$1/checkout"
                rm "$1/checkout/target/lib"
                mkdir "$1/bin"
                printf '#!/bin/sh\\nln -s "%s" target/lib\\n' "$PWD/target/lib" > "$1/bin/mvn"
                chmod +x "$1/bin/mvn"
                PATH=$1/bin:$PATH "$1/checkout/concordat" contract lint --codes
                """)).contains("building Concordat", "no-physical-name");
    }

    @Test
    void aDemosLogStandsInTheDataFolderWhereverThatIsSet() throws Exception {
        shell("""
                checkout "$1/checkout"
                demo() { status=0; "$1/checkout/concordat" "$2" "$3" demo --changes 0 || status=$?; [ $status = 2 ]; }
                printf 'concordat.data = %s/file\n' "$1" > "$1/demo.properties"
                demo "$1" --config "$1/demo.properties"
                CONCORDAT_DATA="$1/environment" demo "$1" --config "$1/demo.properties"
                CONCORDAT_DATA="$1/other" demo "$1" --data "$1/option"
                demo "$1" --config "$1/none.properties"
                for set in file environment option; do [ -f "$1/$set/concordat.log" ]; done
                [ ! -e "$1/other" ] && [ ! -e "$1/checkout/data" ]
                """);
    }

    /** Options may stand before it, name files from where their user stands, and have words in them that are commands too. */
    @Test
    void theCommandIsToldFromItsOptions() throws Exception {
        assertThat(shell("""
                checkout "$1/checkout"
                mkdir -p "$1/elsewhere/data"
                cd "$1/elsewhere"
                cp "$1/checkout/config/application.properties" mine
                cp "$1/checkout/contracts/customer/v1.odcs.yaml" new.yaml
                "$1/checkout/concordat" --config mine --data=data contract show new.yaml > /dev/null
                status=0
                echo 'concordat.directory.url = jdbc:postgresql://127.0.0.1:1/directory' > data/addresses.properties
                "$1/checkout/concordat" --config mine --data data quarantine discard eu-1 --reason "a demo customer" > answer || status=$?
                [ $status = 2 ] && [ ! -s answer ] && [ ! -e data/concordat.log ]
                status=0
                "$1/checkout/concordat" --data data --config mine demo --changes 0 || status=$?
                [ $status = 2 ] && [ -f data/concordat.log ] && [ ! -e "$1/checkout/data" ]
                """)).contains("no bridge runs with data folder '" + folder + "/elsewhere/data'; start one with ./concordat run --config mine --data data", "--changes [0] should be");
    }

    @Test
    void aColonInTheFoldersNameIsTold() throws Exception {
        assertThat(shell("""
                checkout "$1/a:b"
                status=0
                "$1/a:b/concordat" contract lint --codes || status=$?
                [ $status = 2 ]
                """)).contains("Concordat stands in '" + folder.toRealPath() + "/a:b'; it should stand in a folder without a colon");
    }

    @Test
    void whoAsksForHelpIsGivenNoFolder() throws Exception {
        assertThat(shell("""
                checkout "$1/checkout"
                for asked in --help --version; do
                    "$1/checkout/concordat" demo $asked
                    "$1/checkout/concordat" $asked demo
                done
                [ ! -e "$1/checkout/data" ]
                """)).contains("Usage: concordat demo", "Usage: concordat [", "Concordat 0.1.0");
    }

    private String shell(String script) throws Exception {
        Path output = folder.resolve("output.txt");
        var builder = new ProcessBuilder("sh", "-euc", CHECKOUT + script, "sh", folder.toString()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("CONCORDAT_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        Process shell = builder.start();
        int status = shell.waitFor();
        assertThat(status).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
