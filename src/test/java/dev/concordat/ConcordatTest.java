package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.embedded.DataFolder;
import dev.concordat.embedded.EmbeddedParts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says before anything starts. */
class ConcordatTest {
    @TempDir
    private Path data;

    private String said(int status, String... words) {
        var said = new StringWriter();
        assertThat(Concordat.commandLine().setErr(new PrintWriter(said)).execute(words)).isEqualTo(status);
        return said.toString();
    }

    @ParameterizedTest
    @CsvSource({"--changes, 0, 1", "--changes, -5, 1", "--rate, -1, 0"})
    void aDemoOfNothingIsRefusedBeforeAnythingStarts(String option, String value, int least) {
        assertThat(said(2, "demo", option, value, "--data", data.toString())).contains(option + " [" + value + "] should be a whole number from " + least);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void aDemoIsRefusedWhereSettingsNameAServer() throws IOException {
        Path settings = data.resolve("mine.properties");
        var keys = List.of("concordat.kafka.brokers", "concordat.activemq.url", "concordat.directory.url", "concordat.crm.url", "concordat.alerts.url",
                "concordat.ledger.eu.url", "concordat.ledger.uk.url");
        Files.writeString(settings, String.join("\n", "concordat.kafka.brokers = kafka:9092", "concordat.activemq.url = tcp://mq:61616",
                "concordat.directory.url = jdbc:postgresql://db/directory", "concordat.crm.url = https://crm.bank.example/api", "concordat.alerts.url = https://alerts.bank.example",
                "concordat.ledger.uk.url = jdbc:postgresql://db/uk", "concordat.ledger.eu.url = jdbc:postgresql://db/eu"));
        assertThat(said(2, "demo", "--config", settings.toString(), "--data", data.resolve("kept").toString()))
                .contains("a demo writes sample customers and postings", String.join(", ", keys));
        Files.writeString(settings, "concordat.crm.url = https://crm.bank.example/api");
        assertThat(said(2, "demo", "--config", settings.toString(), "--data", data.resolve("kept").toString())).contains("environment, concordat.crm.url.");
        assertThat(data.resolve("kept")).doesNotExist();
    }

    @Test
    void aDemoDeletesNothingThatABridgeHasKept() throws IOException {
        Path kept = Files.writeString(Files.createDirectories(data.resolve("postgres")).resolve("kept"), "");
        Files.createFile(data.resolve("concordat.lock"));
        assertThat(said(2, "demo", "--data", data.toString())).contains("data folder '" + data + "' holds what a bridge has kept, which a demo would delete; "
                + "name another with --data, or keep it with --keep");
        assertThat(kept).exists();
    }

    @Test
    void theDataOfADemoIsTheNextOnesUntilABridgeTakesIt() throws IOException {
        DataFolder.giveToDemo(data);
        Files.createDirectories(data.resolve("kafka"));
        assertThatCode(() -> DataFolder.giveToDemo(data)).doesNotThrowAnyException();
        DataFolder.takeFromDemo(data);
        assertThatThrownBy(() -> DataFolder.giveToDemo(data)).isInstanceOf(BridgeException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"discard eu-1 --reason=|a reason should be given; it is kept with the change",
        "show eu-1 --original --format json|leave --format out", "list --groups --limit 0|--limit [0] should be a whole number from 1",
        "list --format github|--format [github] should be one of text, json", "show eu-1 --format junit|--format [junit] should be one of text, json",
        "replay|say what to replay: a name such as eu-17, --like NAME", "replay eu-1 --like eu-2|say what to replay", "replay --like eu-1 --all|say what to replay",
        "discard --region eu --reason x|say what to discard: a name such as eu-17, --like NAME", "discard eu-1 --rule schema --reason x|say what to discard",
        "discard --all --at-most -1 --reason x|--at-most [-1] should be a whole number from 0"})
    void whatMakesNoSenseOfTheQuarantineEndsWithTwoBeforeADatabaseIsAsked(String arguments, String words) {
        assertThat(said(2, ("quarantine " + arguments).split(" "))).contains(words);
    }

    @Test
    void aChangeGoesIntoAPipeByteForByteAndToATerminalAsText() {
        byte[] came = {'{', '"', (byte) 0xff, 0x1b, '[', '2', 'J', (byte) 0xe2, (byte) 0x80, (byte) 0xae, '"', '}', '\n'};
        var pipe = new ByteArrayOutputStream();
        QuarantineCommand.asItCame(came, false, new PrintStream(pipe, false, StandardCharsets.ISO_8859_1));
        assertThat(pipe.toByteArray()).isEqualTo(came);
        var terminal = new ByteArrayOutputStream();
        QuarantineCommand.asItCame(came, true, new PrintStream(terminal, false, StandardCharsets.UTF_8));
        assertThat(terminal.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("{\"\\xff\\u001b[2J\\u202e\"}\n\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            data/of-mine_2   | data/of-mine_2
            a b              | 'a b'
            it's $HOME;(x)   | 'it'\\''s $HOME;(x)'
            dat\u00e4         | 'dat\u00e4'
            """)
    void optionsThatSayWhichBridgeItIsCanBeCopied(String given, String copied) {
        var line = Concordat.commandLine();
        line.parseArgs("quarantine", "list", "--data", given);
        assertThat(line.<Concordat>getCommand().given()).isEqualTo(" --data " + copied);
    }

    /** Its addresses outlive it. */
    @Test
    void whoAsksABridgeThatRunsNoMoreIsToldSoAtOnce() throws Exception {
        Files.writeString(data.resolve("addresses.properties"), "concordat.directory.url = jdbc:postgresql://127.0.0.1:1/directory\n");
        Path lock = Files.createFile(data.resolve("concordat.lock"));
        assertThat(said(2, "quarantine", "list", "--data", data.toString()))
                .contains("no bridge runs with data folder '" + data + "'; start one with ./concordat run --data " + data + ", or name the folder of the one that runs with --data");
        try (var channel = FileChannel.open(lock, StandardOpenOption.WRITE); var held = channel.lock()) {
            assertThat(held.isValid()).isTrue();
            var settings = Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.data", data.toString());
            assertThat(Surroundings.find(settings, "").text("concordat.directory.url")).endsWith(":1/directory");
        }
    }

    @Test
    void whoNamesAllServersIsAskedForNoBridgeOfThisMachine() throws Exception {
        Files.writeString(data.resolve("addresses.properties"), "concordat.directory.url = jdbc:postgresql://127.0.0.1:1/directory\n"
                + "concordat.directory.user = embedded\nconcordat.directory.password = embedded\nconcordat.crm.url =\n");
        Files.createFile(data.resolve("concordat.lock"));
        var settings = Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.data", data.toString())
                .with("concordat.directory.url", "jdbc:postgresql://db.bank.example/directory");
        var found = Surroundings.find(settings, "");
        assertThat(found.text("concordat.directory.url")).isEqualTo("jdbc:postgresql://db.bank.example/directory");
        assertThat(found.has("concordat.directory.user")).as("the login of another server").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"schl\u00fcssel \u0416\ud83d\ude00", "a\\b\\u0041\\", "#!=: 'q' %{x}", "line\nconcordat.crm.url = other"})
    void commandsFindAnAddressOrPasswordAsTheBridgeHasIt(String password) throws Exception {
        var settings = Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.data", data.toString());
        Surroundings.tell(data, settings.with("concordat.ledger.eu.password", password).with("concordat.ledger.eu.url", "jdbc:postgresql://eu/ledger"), List.of("eu"));
        try (var folder = EmbeddedParts.open(data, line -> { })) {
            var found = Surroundings.find(settings, "");
            assertThat(found.text("concordat.ledger.eu.password")).isEqualTo(password);
            assertThat(found.text("concordat.ledger.eu.url")).isEqualTo("jdbc:postgresql://eu/ledger");
            assertThat(found.has("concordat.crm.url")).isFalse();
        }
    }
}
