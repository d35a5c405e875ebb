package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    Path folder;

    private Settings read(String text, Map<String, String> environment) throws IOException {
        return Settings.read(Files.writeString(folder.resolve("concordat.properties"), text), environment);
    }

    @Test
    void theShippedFileIsTheDefault() throws IOException {
        var shipped = Settings.read(Path.of("config/application.properties"), Map.of());
        assertThat(read("", Map.of()).all()).isEqualTo(shipped.all());
        assertThat(shipped.number("concordat.batch.size")).isEqualTo(2000);
        assertThat(shipped.duration("concordat.orphan.after")).isEqualTo(Duration.ofHours(1));
        assertThat(shipped.path("concordat.routes")).isEqualTo(Path.of("routes"));
        assertThat(shipped.flag("concordat.console.enabled")).isTrue();
        assertThat(shipped.has("concordat.kafka.brokers")).isFalse();
    }

    @Test
    void theFileOverridesTheDefaultAndTheEnvironmentOverridesTheFile() throws IOException {
        var settings = read("concordat.batch.size = 10\nconcordat.batch.pace = 11 \n", Map.of("CONCORDAT_BATCH_SIZE", "12", "PATH", "/"));
        assertThat(settings.number("concordat.batch.size")).isEqualTo(12);
        assertThat(settings.number("concordat.batch.pace")).isEqualTo(11);
    }

    @Test
    void theFileIsReadAsUtf8() throws IOException {
        assertThat(read("concordat.data = dat\u00e4\n", Map.of()).text("concordat.data")).isEqualTo("dat\u00e4");
        Path other = Files.writeString(folder.resolve("other.properties"), "concordat.data = dat\u00e4\n", StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Settings.read(other, Map.of())).isInstanceOf(BridgeException.class).hasMessage("settings file [" + other + "] should be UTF-8");
    }

    @Test
    void reportsFollowTheDataUnlessTheyHaveAFolderOfTheirOwn() throws IOException {
        assertThat(read("", Map.of()).reports()).isEqualTo(Path.of("data/reports"));
        assertThat(read("concordat.data = one\n", Map.of()).reports()).isEqualTo(Path.of("one/reports"));
        assertThat(read("", Map.of("CONCORDAT_DATA", "two")).with("concordat.data", "three").reports()).isEqualTo(Path.of("three/reports"));
        assertThat(read("concordat.reports = own\n", Map.of()).with("concordat.data", "three").reports()).isEqualTo(Path.of("own"));
    }

    @Test
    void aFurtherRegionNeedsNoNewKey() throws IOException {
        var settings = read("concordat.ledger.ch.url = jdbc:postgresql:ledger_ch\n",
                Map.of("CONCORDAT_LEDGER_CH_PASSWORD", "p w", "CONCORDAT_TOKEN_CH_KEY", "k"));
        assertThat(settings.text("concordat.ledger.ch.url")).isEqualTo("jdbc:postgresql:ledger_ch");
        assertThat(settings.text("concordat.ledger.ch.password")).isEqualTo("p w");
        assertThat(settings.has("concordat.token.ch.key")).isTrue();
        assertThat(settings.text("concordat.ledger.ch.user")).isEmpty();
    }

    @Test
    void allFindingsAreToldAtOnce() {
        assertThatThrownBy(() -> read("""
                concordat.kafka.broker = localhost:9092
                concordat.ledger.Ch.url = x
                concordat.batch.size = many
                concordat.orphan.after = 1 hour
                concordat.batch.pace = 5
                concordat.batch.pace = 6
                """, Map.of("CONCORDAT_WEBHOOK_PORT", "http", "CONCORDAT_WEBHOK_PORT", "80"))).isInstanceOf(BridgeException.class).hasMessage("""
                %1$s: key 'concordat.batch.pace' stands in it twice; one of the two should go
                %1$s: key 'concordat.kafka.broker' is not known; keys stand in config/application.properties
                %1$s: key 'concordat.ledger.Ch.url' is not known; keys stand in config/application.properties
                environment variable CONCORDAT_WEBHOK_PORT is not known; it would set 'concordat.webhok.port', and keys stand in \
                config/application.properties
                'concordat.webhook.port' [http] should be a whole number from 0 to 65534
                'concordat.batch.size' [many] should be a whole number from 1 to 999999999
                'concordat.orphan.after' [1 hour] should be an ISO 8601 duration, for example PT15M"""
                .formatted(folder.resolve("concordat.properties")));
    }

    @ParameterizedTest
    @CsvSource({"CONCORDAT_HEAP,1g", "CONCORDAT_LOG,file", "CONCORDAT_POSTGRES,/usr/bin", "CONCORDAT_SERVICE_HOST,10.0.0.1", "CONCORDAT_SERVICE_PORT_WEBHOOK,80",
        "CONCORDAT_PORT,tcp://10.0.0.1:80", "CONCORDAT_PORT_8080_TCP_ADDR,10.0.0.1", "CONCORDAT_BRIDGE_SERVICE_PORT,80", "CONCORDATS_BATCH_SIZE,1",
        "CONCORDAT_WEBHOOK_PORT,tcp://10.0.0.1:80", "CAMEL_MAIN_PORT,tcp://10.0.0.1:80", "CAMEL_SERVER_SERVICE_HOST,10.0.0.1", "CAMEL_HOME,/opt",
        "CAMEL_LOG_LEVEL,info", "CAMEL_DB_URL,x", "CAMEL_TEST_X,y", "CAMEL_DEBUGGER_SUSPEND,true", "CAMELS_MAIN_NAME,x"})
    void variablesOfOthersAreNoFindings(String name, String value) throws IOException {
        assertThat(read("", Map.of(name, value)).all()).isEqualTo(read("", Map.of()).all());
    }

    @Test
    void limitsOfTheDoorsThatNoWebhookCouldPassAreFindings() {
        assertThatThrownBy(() -> read("""
                concordat.webhook.largest = 4194304
                concordat.webhook.together = 4194303
                concordat.webhook.patience = PT0S
                concordat.http.idle = P2D
                """, Map.of())).isInstanceOf(BridgeException.class).hasMessage("""
                'concordat.webhook.patience' [PT0S] should be between a second and a day, for example PT10S
                'concordat.http.idle' [P2D] should be between a second and a day, for example PT10S
                'concordat.webhook.largest' [4194304] should be at most 4128768, which 'camel.component.kafka.max-request-size' lets \
                through to Kafka
                'concordat.webhook.together' [4194303] should be at least 'concordat.webhook.largest' [4194304]""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"concordat.export.parallel = 0|a whole number from 1 to 999999999", "concordat.ledger.connections = 1|a whole number from 2 to 999999999",
        "concordat.lane.wait = -3|a whole number from 0 to 999999999", "concordat.batch.size = 1000000000|a whole number from 1 to 999999999",
        "concordat.breach.percent = 500|a whole number from 0 to 100", "concordat.kafka.replication = 32768|a whole number from 1 to 32767",
        "concordat.ledger.patience = 1000000|a whole number from 1 to 999999",
        "concordat.inbox.keep = p30d|an ISO 8601 duration, for example PT15M", "concordat.inbox.keep = -P30D|an ISO 8601 duration, for example PT15M",
        "concordat.orphan.after = PT-1H|an ISO 8601 duration, for example PT15M", "concordat.inbox.keep = PT0S|longer than nothing",
        "concordat.audit.every = PT0S|longer than nothing", "concordat.audit.settle = PT11M|PT10M at most, as an audit waits that long before it looks again",
        "concordat.console.enabled = yes|true or false", "concordat.salesforce.ahead = 80000000000000|a whole number from 0 to 79999999999999",
        "concordat.webhook.port = 65535|a whole number from 0 to 65534", "concordat.management.port = 8080|another port than 'concordat.webhook.port'",
        "camel.component.kafka.max-request-size = 2000000|at least 2162688: a record of a lane may hold 2097152 bytes of a change that is too large, or "
                + "twice 'concordat.change.largest'"})
    void aValueThatWouldStopTheBridgeLaterIsAFinding(String line, String right) {
        assertThatThrownBy(() -> read("concordat.webhook.largest = 65536\n" + line, Map.of())).isInstanceOf(BridgeException.class)
                .hasMessage("'" + line.replace(" = ", "' [") + "] should be " + right);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1,true", "127.0.0.1,127.0.0.2,false", "127.0.0.1,::1,false", "::1,0:0:0:0:0:0:0:1,true", "0.0.0.0,127.0.0.2,true", "127.0.0.1,::,true"})
    void onePortForTwoDoorsIsAFindingWhereTheirAddressesCollide(String webhook, String console, boolean collide) throws IOException {
        String text = "concordat.webhook.host = " + webhook + "\nconcordat.console.host = " + console + "\nconcordat.console.port = 8080\n";
        if (collide) {
            assertThatThrownBy(() -> read(text, Map.of())).isInstanceOf(BridgeException.class)
                    .hasMessage("'concordat.console.port' [8080] should be another port than 'concordat.webhook.port'");
        } else {
            assertThat(read(text, Map.of()).number("concordat.console.port")).isEqualTo(8080);
        }
    }

    /** Camel would answer health and metrics at the webhook's door. */
    @Test
    void webhookAndManagementHaveTwoPortsWhateverTheirAddresses() {
        assertThatThrownBy(() -> read("concordat.management.host = 127.0.0.2\nconcordat.management.port = 8080\n", Map.of())).isInstanceOf(BridgeException.class)
                .hasMessage("'concordat.management.port' [8080] should be another port than 'concordat.webhook.port'");
    }

    @Test
    void aConsoleThatIsNotOpenedTakesNoPort() throws IOException {
        String text = "concordat.console.port = 8080\nconcordat.console.enabled = ";
        assertThatThrownBy(() -> read(text + "true\n", Map.of())).isInstanceOf(BridgeException.class)
                .hasMessage("'concordat.console.port' [8080] should be another port than 'concordat.webhook.port'");
        assertThat(read(text + "false\n", Map.of()).number("concordat.console.port")).isEqualTo(8080);
    }

    @Test
    void whatCannotBeAnAddressIsFoundAndNotShown() {
        assertThatThrownBy(() -> read("""
                concordat.crm.url = https://user:secret@crm.example/api
                concordat.alerts.url = alertmanager:9093
                concordat.directory.url = jdbc:mysql://host/directory?password=secret
                concordat.ledger.eu.url = postgresql://host/eu
                concordat.ledger.ch.url = jdbc:postgresql://host:port/ch
                concordat.ledger.uk.url = jdbc:postgresql://host/uk?sslmode=require&password=secret
                concordat.ledger.us.url = jdbc:postgresql://host/us?user=us
                concordat.kafka.brokers = kafka-1:9092, PLAINTEXT://kafka-2:9092
                concordat.activemq.url = tcp://one:61616,two:61616
                concordat.webhook.secret = whsec_c2VjcmV0
                """, Map.of())).isInstanceOf(BridgeException.class).hasMessage("""
                'concordat.crm.url' should be the base URL of an HTTP API, such as https://crm.bank.example/api, without user, query or fragment
                'concordat.alerts.url' should be the base URL of an HTTP API, such as https://crm.bank.example/api, without user, query or fragment
                'concordat.directory.url' should be the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; user and password have keys of \
                their own
                'concordat.ledger.ch.url' should be the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; user and password have keys of \
                their own
                'concordat.ledger.eu.url' should be the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; user and password have keys of \
                their own
                'concordat.ledger.uk.url' should be the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; user and password have keys of \
                their own
                'concordat.ledger.us.url' should be the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; user and password have keys of \
                their own
                'concordat.kafka.brokers' should be one or more host:port, with commas between
                'concordat.activemq.url' should be one or more URLs, such as tcp://host:61616 or ssl://host:61617, with commas between
                'concordat.webhook.secret' should be whsec_ and the base64 of at least 24 random bytes""");
    }

    /** The driver prints the address that it cannot read. */
    @ParameterizedTest
    @ValueSource(strings = {"//u:geheim@h:5432/d", "//u:geheim@h", "//u@h/d", "u:geheim@h/d", "//u:geheim/d", "//h/d?sslpassword=geheim", "//h/d?PASSWORD=geheim", "//h/d?User=geheim",
        "d?ssl=true&user=geheim", "//h?password=geheim/", "//one:5432,u:geheim@two/d"})
    void aLoginInTheAddressOfADatabaseIsFoundAndNeitherShownNorPrinted(String address) {
        var printed = new ArrayList<String>();
        var log = java.util.logging.Logger.getLogger("org.postgresql");
        var listener = new java.util.logging.ConsoleHandler() {
            @Override
            public void publish(java.util.logging.LogRecord line) {
                printed.add(getFormatter().format(line));
            }
        };
        log.addHandler(listener);
        try {
            assertThatThrownBy(() -> read("", Map.of("CONCORDAT_DIRECTORY_URL", "jdbc:postgresql:" + address))).isInstanceOf(BridgeException.class)
                    .hasMessage("'concordat.directory.url' should be the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; "
                            + "user and password have keys of their own");
        } finally {
            log.removeHandler(listener);
        }
        assertThat(printed).isEmpty();
    }

    @Test
    void addressesOfEveryFormPass() throws IOException {
        assertThat(read("""
                concordat.crm.url = http://[::1]:8081/
                concordat.alerts.url = {{env:ALERTS}}
                concordat.directory.url = jdbc:postgresql://one:5432,two:5433/directory?targetServerType=primary&sslmode=verify-full
                concordat.ledger.eu.url = jdbc:postgresql:eu
                concordat.ledger.uk.url = jdbc:postgresql://[::1]/uk?currentSchema=user&ssl=true
                concordat.ledger.us.url = jdbc:postgresql:///us
                concordat.kafka.brokers = kafka-1:9092,[2001:db8::1]:9092 , kafka_3.bank.example:9093
                concordat.activemq.url = ssl://one:61617?verifyHostName=true,tcp://127.0.0.1:61616
                concordat.webhook.secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
                """, Map.of()).has("concordat.crm.url")).isTrue();
    }

    @Test
    void anAuditMayCompareAtOnce() throws IOException {
        assertThat(read("concordat.audit.settle = PT0S", Map.of()).duration("concordat.audit.settle")).isZero();
    }

    @Test
    void keysOfCamelPassAsTheyAre() throws IOException {
        assertThat(read("camel.component.kafka.security-protocol = SASL_SSL\n", Map.of()).all())
                .containsEntry("camel.component.kafka.security-protocol", "SASL_SSL");
    }

    @ParameterizedTest
    @CsvSource({"concordta.kafka.brokers,concordat.kafka.brokers", "kafka.brokers,concordat.kafka.brokers", "ledger.ch.url,concordat.ledger.ch.url",
        "cammel.main.name,camel.main.name", "component.kafka.brokers,camel.component.kafka.brokers", "Concordat.audit.every,concordat.audit.every"})
    void aKeyThatMeansAnotherIsAFinding(String key, String meant) {
        assertThatThrownBy(() -> read(key + " = x\n", Map.of())).isInstanceOf(BridgeException.class)
                .hasMessage(folder.resolve("concordat.properties") + ": key '" + key + "' is not known; '" + meant + "' may be");
    }

    @Test
    void aKeyOfRoutesPasses() throws IOException {
        assertThat(read("bank.topic = x\npanel.main.name = y\n", Map.of()).text("bank.topic")).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({"crm.url,{{crm.url}}/ping", "crm.url,{{crm.url:http://127.0.0.1}}", "crm.url,{{?crm.url}}", "ledger.eu.url,{{ledger.{{region}}.url}}",
        "concordia.topic,{{concordia.topic}}"})
    void aKeyThatARouteRefersToIsItsOwnWhateverOtherItIsLike(String key, String uri) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes/lane"));
        Files.writeString(routes.resolve("own.camel.yaml"), "- from: { uri: 'direct:own', steps: [to: '" + uri + "'] }\n");
        var environment = Map.of("CONCORDAT_ROUTES", routes.getParent().toString());
        assertThat(read(key + " = x\n", environment).text(key)).isEqualTo("x");
        assertThatThrownBy(() -> read("kafka.brokers = x\ncrm.ur = y\nconcordat." + key + "s = z\n", environment)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("'kafka.brokers' is not known").hasMessageContaining("'concordat." + key + "s' is not known");
    }

    @ParameterizedTest
    @CsvSource({"ledger.ukk.url,lane/own,{{ledger.{{region}}.url}}", "crm.url,lane/own,{{{{region}}.url}}", "ledger.eu.url,own,{{ledger.{{region}}.url}}"})
    void inALaneAloneAPartOfAKeyMayBeARegionOfThePolicy(String key, String file, String uri) throws IOException {
        Path routes = folder.resolve("routes");
        Files.createDirectories(routes.resolve("lane"));
        Files.writeString(routes.resolve(file + ".camel.yaml"), "- from: { uri: 'direct:own', steps: [to: '" + uri + "'] }\n");
        assertThatThrownBy(() -> read(key + " = x\n", Map.of("CONCORDAT_ROUTES", routes.toString()))).isInstanceOf(BridgeException.class)
                .hasMessageContaining("'" + key + "' is not known");
    }

    @ParameterizedTest
    @CsvSource({"CAMEL_COMPONENT_KAFKA_SECURITY_PROTOCOL,camel.component.kafka.security-protocol", "CAMEL_MAIN_SHUTDOWN_TIMEOUT,camel.main.shutdown-timeout",
        "CAMEL_COMPONENT_KAFKA_MAX_REQUEST_SIZE,camel.component.kafka.max-request-size", "CAMEL_COMPONENT_HTTPS_FOLLOW_REDIRECTS,camel.component.https.follow-redirects",
        "CAMEL_COMPONENT_PLATFORM_HTTP_COOKIE_CONFIGURATION,camel.component.platform-http.cookie-configuration",
        "CAMEL_DATAFORMAT_JACKSON_PRETTY_PRINT,camel.dataformat.jackson.pretty-print", "CAMEL_COMPONENT_KAFAK_CLIENT_ID,camel.component.kafak.client-id",
        "CAMEL_ROUTECONTROLLER_BACK_OFF_DELAY,camel.routeController.back-off-delay", "CAMEL_ROUTE_CONTROLLER_ENABLED,camel.routeController.enabled",
        "CAMEL_COMPONENT_KAFKA,camel.component.kafka", "CAMEL_MIAN_NAME,camel.mian.name"})
    void aVariableSetsAKeyOfCamel(String name, String key) throws IOException {
        assertThat(read("", Map.of(name, "5000000")).all()).containsEntry(key, "5000000");
    }

    @Test
    void aKeyOfCamelHasOneValueHoweverItIsSpelled() throws IOException {
        var settings = read("camel.component.kafka.sessionTimeoutMs = 1\ncamel.component.kafka.maxRequestSize = 5000000\ncamel.component.kafka.clientId = a\n",
                Map.of("CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS", "2", "CAMEL_COMPONENT_KAFKA_CLIENT_ID", "b"));
        assertThat(settings.all()).containsEntry("camel.component.kafka.session-timeout-ms", "2").containsEntry("camel.component.kafka.max-request-size", "5000000")
                .containsEntry("camel.component.kafka.clientId", "b").doesNotContainKeys("camel.component.kafka.sessionTimeoutMs", "camel.component.kafka.client-id");
    }

    @Test
    void aValueReplacedLaterLeavesTheSettingsAsTheyWere() throws IOException {
        var settings = read("", Map.of());
        assertThat(settings.with("concordat.batch.size", "7").number("concordat.batch.size")).isEqualTo(7);
        assertThat(settings.number("concordat.batch.size")).isEqualTo(2000);
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path malformed = Files.writeString(folder.resolve("malformed.properties"), "concordat.data = \\u12\n");
        for (Path file : List.of(folder.resolve("none.properties"), folder, Path.of(""), malformed)) {
            assertThatThrownBy(() -> Settings.read(file, Map.of())).isInstanceOf(BridgeException.class)
                    .hasMessage("settings file [" + file + "] cannot be read; --config names it");
        }
    }
}
