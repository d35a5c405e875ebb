package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.residency.Policies;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What docker-compose.yml and the Dockerfile promise, as far as it can be read from them. */
class ComposeTest {
    private static final Path SETTINGS = Path.of("config/application.properties");
    private static final Pattern PINNED = Pattern.compile("[a-z./-]+:v?[0-9]+\\.[0-9]+[a-z0-9._-]*");
    private static final Pattern REQUIRED = Pattern.compile("\\$\\{([A-Z_]+):\\?set \\1}");

    private final Map<String, Object> compose = yaml("docker-compose.yml");
    private final String dockerfile = text("Dockerfile");

    @Test
    void everyImageIsPinned() {
        var images = new ArrayList<String>();
        services().forEach((name, service) -> images.add((String) service.get("image")));
        dockerfile.lines().filter(line -> line.startsWith("FROM ")).forEach(line -> images.add(line.split(" ")[1]));
        assertThat(images).hasSizeGreaterThan(services().size()).allSatisfy(image -> assertThat(image).matches(PINNED));
    }

    @Test
    void kafkaIsOfTheVersionThatIsTestedHere() {
        assertThat(services().get("kafka").get("image")).isEqualTo("apache/kafka:" + between(text("pom.xml"), "<kafka.version>", "<"));
    }

    @Test
    void everyPublishedPortIsOnLoopback() {
        services().forEach((name, service) -> assertThat(list(service, "ports")).as(name)
                .allSatisfy(port -> assertThat((String) port).startsWith("127.0.0.1:")));
        assertThat(compose.toString()).doesNotContain("network_mode=host").doesNotContain("privileged=true");
    }

    @Test
    void everySettingIsKnown() {
        environment("bridge").forEach((name, value) -> {
            assertThat(name).startsWith("CONCORDAT_");
            String resolved = resolved(value);
            assertThat(setting(name, resolved)).as(name).isEqualTo(resolved);
        });
        dockerfile.lines().flatMap(line -> Pattern.compile("\\b(CONCORDAT_[A-Z_]+)=(\\S+)").matcher(line).results())
                .forEach(set -> assertThat(setting(set.group(1), set.group(2))).as(set.group(1)).isEqualTo(set.group(2)));
    }

    @Test
    void everyRegionHasALedgerInANetworkOfItsOwnAndTheBridgeItsAddress() {
        var settings = environment("bridge").keySet();
        for (String region : Policies.read(Path.of("config/residency.yaml")).regions()) {
            var prefix = "CONCORDAT_LEDGER_" + region.toUpperCase(Locale.ROOT);
            assertThat(settings).contains(prefix + "_URL", prefix + "_USER", prefix + "_PASSWORD");
            assertThat(list(services().get("ledger-" + region), "networks")).containsExactly(region);
            assertThat(map(map(compose, "networks"), region)).containsEntry("internal", true);
            assertThat(services().values()).filteredOn(service -> list(service, "networks").contains(region)).hasSize(2);
        }
    }

    @Test
    void noSecretStandsInTheFilesAndEachIsExplained() throws IOException {
        var example = new Properties();
        example.load(new StringReader(text(".env.example")));
        services().keySet().forEach(name -> environment(name).forEach((key, value) -> {
            if (key.matches(".*(PASSWORD|SECRET).*")) {
                assertThat(value).as(name + " " + key).matches(REQUIRED);
            }
        }));
        var required = REQUIRED.matcher(text("docker-compose.yml")).results().map(found -> found.group(1)).distinct().toList();
        assertThat(required).contains("CONCORDAT_WEBHOOK_SECRET").allSatisfy(name -> assertThat(example).containsEntry(name, ""));
        assertThat(text(".gitignore").lines()).contains(".env");
        assertThat(text(".dockerignore").lines().filter(line -> !line.startsWith("#")).findFirst()).contains("*");
    }

    @Test
    void everyServiceIsLimitedAndComesBack() {
        services().forEach((name, service) -> {
            assertThat(service).as(name).containsKeys("mem_limit", "restart", "security_opt");
            assertThat(name.equals("bridge") ? dockerfile.contains("\nHEALTHCHECK ") : service.containsKey("healthcheck")).as(name).isTrue();
        });
        assertThat(services().get("bridge")).containsEntry("read_only", true);
        assertThat(dockerfile).contains("\nUSER 10001");
    }

    @Test
    void everyVolumeIsNamedAndEveryMountedFileIsThere() {
        services().forEach((name, service) -> list(service, "volumes").forEach(volume -> {
            String source = ((String) volume).split(":")[0];
            if (source.startsWith("./")) {
                assertThat(Path.of(source)).as(name).exists();
            } else {
                assertThat(map(compose, "volumes")).as(name).containsKey(source);
            }
        }));
    }

    @Test
    void prometheusAsksTheBridgeWhereItAnswers() {
        var job = map(list(yaml("config/prometheus/compose.yml"), "scrape_configs").get(0));
        var port = setting("CONCORDAT_MANAGEMENT_PORT", Settings.read(SETTINGS, Map.of()).text("concordat.management.port"));
        assertThat(job).containsEntry("metrics_path", "/observe/metrics");
        assertThat(list(map(list(job, "static_configs").get(0)), "targets")).containsExactly("bridge:" + port);
        assertThat(list(services().get("bridge"), "ports")).anySatisfy(published -> assertThat((String) published).endsWith(":" + port));
        assertThat(list(services().get("prometheus"), "networks")).anySatisfy(network ->
                assertThat(list(services().get("bridge"), "networks")).contains(network));
    }

    @Test
    void theConsoleTakesOrdersFromTheGatewayOfItsDoor() {
        var door = map(list(map(map(map(compose, "networks"), "door"), "ipam"), "config").get(0));
        assertThat(dockerfile).contains("ARG CONSOLE_FROM=" + door.get("gateway") + "\n");
        assertThat(text("config/jolokia-access.xml")).contains("<host>localhost</host>");
    }

    /** As compose does it, with what a user may have written for what is required. */
    private static String resolved(String value) {
        var written = Map.of("CONCORDAT_CRM_URL", "https://crm.bank.example/api", "CONCORDAT_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        return Pattern.compile("\\$\\{([A-Z_]+):([-?])([^}]*)}").matcher(value).replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
                found.group(2).equals("-") ? found.group(3) : written.getOrDefault(found.group(1), "a password")));
    }

    private static String setting(String name, String value) {
        return Settings.read(SETTINGS, Map.of(name, value)).text(name.toLowerCase(Locale.ROOT).replace('_', '.'));
    }

    private Map<String, Map<String, Object>> services() {
        var services = new java.util.TreeMap<String, Map<String, Object>>();
        map(compose, "services").forEach((name, service) -> services.put(name, map(service)));
        return services;
    }

    private Map<String, String> environment(String service) {
        var environment = new java.util.TreeMap<String, String>();
        map(services().get(service).getOrDefault("environment", Map.of())).forEach((key, value) -> environment.put(key, value.toString()));
        return environment;
    }

    private static Map<String, Object> map(Map<String, Object> from, String key) {
        return map(from.get(key));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Map<String, Object> from, String key) {
        return (List<Object>) from.getOrDefault(key, List.of());
    }

    private static Map<String, Object> yaml(String file) {
        return map((Object) new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file)));
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }
}
