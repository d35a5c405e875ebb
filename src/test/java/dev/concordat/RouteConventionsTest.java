package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.concordat.crm.CallLimit;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The routes are prose that Camel runs: these are the rules of their language. */
class RouteConventionsTest {
    private static final Path FOLDER = Path.of("routes");
    private static final Set<String> LANGUAGES = Set.of("constant", "simple", "jq", "header", "method", "exchangeProperty", "ref",
            "tokenize", "variable", "xpath", "jsonpath", "xquery", "xtokenize", "hl7terser", "datasonnet", "language", "wasm");
    private static final Set<String> SCRIPTS = Set.of("groovy", "js", "python", "mvel", "ognl", "spel", "csimple", "java", "joor", "script");
    private static final Set<String> BRANCHES = Set.of("when", "otherwise", "doCatch", "doFinally", "onFallback", "onException", "from");
    private static final Pattern ID = Pattern.compile("[a-z]+(-[a-z0-9]+)+");
    private static final Pattern HOST_OR_PORT = Pattern.compile("//[A-Za-z0-9\\[]|localhost|\\b\\d{1,3}(\\.\\d{1,3}){3}\\b|[A-Za-z}]:\\d{2,5}\\b");
    private static JsonSchema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (var in = RouteConventionsTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(new ObjectMapper().readTree(in));
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return new YAMLMapper().readTree(Files.readString(file).replace("{{region}}", "eu"));
    }

    /** Visits every object and value of a file with the name under which it stands. */
    private static void walk(String name, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(name, node);
        node.fields().forEachRemaining(field -> walk(field.getKey(), field.getValue(), visitor));
        if (node.isArray()) {
            node.forEach(element -> walk(name, element, visitor));
        }
    }

    private static List<JsonNode> named(JsonNode file, String name) {
        var found = new ArrayList<JsonNode>();
        walk("", file, (at, node) -> {
            if (at.equals(name) && node.isObject()) {
                found.add(node);
            }
        });
        return found;
    }

    /** Steps and branches: what stands in {@code steps}, and what has steps of its own. */
    private static List<JsonNode> parts(JsonNode file) {
        var found = new ArrayList<JsonNode>();
        walk("", file, (at, node) -> {
            if (at.equals("steps") && node.isObject()) {
                node.forEach(found::add);
            } else if (BRANCHES.contains(at) && node.isObject() && !node.has("onException")) {
                found.add(node);
            }
        });
        return found;
    }

    @Test
    void everyFileIsARouteFile() throws IOException {
        assertThat(files()).isNotEmpty().allSatisfy(file -> assertThat(file.getFileName().toString()).endsWith(".camel.yaml"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileIsValidAgainstCamelsOwnSchema(Path file) throws IOException {
        assertThat(schema.validate(read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileIsWrittenInTheCanonicalForm(Path file) throws IOException {
        walk("", read(file), (name, node) -> {
            if (Set.of("to", "toD", "from", "wireTap", "enrich", "pollEnrich").contains(name)) {
                assertThat(node.has("uri")).as(name + " " + node).isTrue();
            }
            if (name.equals("uri")) {
                assertThat(node.asText()).as("parameters of a uri stand under 'parameters'").doesNotContain("?");
            }
            if (LANGUAGES.contains(name) && !name.equals("ref") && !(name.equals("method") && node.isTextual())) {
                assertThat(node.isObject()).as(name + " " + node).isTrue();
                assertThat(node.has("expression") || node.has("method")).as(name + " " + node).isTrue();
            }
        });
        for (String withExpression : List.of("setBody", "setHeader", "setProperty", "split", "when", "filter", "throttle", "idempotentConsumer",
                "transform", "delay", "recipientList")) {
            assertThat(named(read(file), withExpression)).allSatisfy(node -> assertThat(node.has("expression")).as(node.toString()).isTrue());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyRouteHasAnIdAndADescription(Path file) throws IOException {
        var routes = new ArrayList<>(named(read(file), "route"));
        routes.addAll(named(read(file), "routeConfiguration"));
        assertThat(routes).isNotEmpty().allSatisfy(route -> {
            assertThat(route.path("id").asText()).matches("[a-z]+(-[a-z0-9]+)*");
            assertThat(route.path("description").asText()).as("description of " + route.path("id")).hasSizeGreaterThan(30).endsWith(".");
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyStepHasAnIdThatReads(Path file) throws IOException {
        assertThat(parts(read(file))).isNotEmpty().allSatisfy(part ->
                assertThat(part.path("id").asText()).as(part.toString()).matches(ID));
    }

    @Test
    void noIdStandsTwice() throws IOException {
        Map<String, Path> places = new HashMap<>();
        for (Path file : files()) {
            JsonNode read = read(file);
            Stream.of(parts(read), named(read, "route"), named(read, "routeConfiguration")).flatMap(List::stream)
                    .map(part -> part.path("id").asText()).forEach(id ->
                            assertThat(places.put(id, file)).as(id + " in " + file).isNull());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileOfALaneNamesItsRegionInEveryIdAndNoOtherFileNamesOne(Path file) throws IOException {
        boolean lane = file.getParent().endsWith("lane");
        var read = new YAMLMapper().readTree(Files.readString(file));
        var ids = new ArrayList<String>();
        walk("", read, (name, node) -> {
            // Nor threads: those that wait for one region's ledger are none that another region waits for.
            if (name.equals("id") || lane && name.equals("executorService")) {
                ids.add(node.asText());
            }
        });
        assertThat(ids).allMatch(id -> id.endsWith("-{{region}}") == lane);
        assertThat(Files.readString(file).contains("{{region}}")).isEqualTo(lane);
    }

    @ParameterizedTest
    @MethodSource("files")
    void thereIsNoScriptInARoute(Path file) throws IOException {
        walk("", read(file), (name, node) -> assertThat(SCRIPTS).as(name).doesNotContain(name));
    }

    @ParameterizedTest
    @MethodSource("files")
    void thereIsNoHostPortOrSecretInARoute(Path file) throws IOException {
        walk("", read(file), (name, node) -> {
            if (node.isTextual()) {
                assertThat(node.asText()).as(name).doesNotContainPattern(HOST_OR_PORT).doesNotContainIgnoringCase("password")
                        .doesNotContain("whsec_");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void aBatchIsCommittedByTheRouteThatTookIt(Path file) throws IOException {
        var routes = named(read(file), "route");
        assertThat(routes).filteredOn(route -> route.at("/from/parameters/batching").asBoolean()).allSatisfy(route -> {
            var steps = route.at("/from/steps");
            if (route.at("/from/parameters").has("additionalProperties.concordat.batches")) {
                // The one that it hands its batches on to sees to each of them, whatever becomes of it.
                String handedOn = steps.get(steps.size() - 1).at("/to/uri").asText();
                var taking = routes.stream().filter(each -> each.at("/from/uri").asText().equals(handedOn)).findFirst().orElseThrow();
                assertThat(taking.at("/from/steps/0/bean/ref").asText()).isEqualTo("offsets");
                assertThat(taking.at("/from/steps/0/bean/method").asText()).isEqualTo("watch(${exchange})");
                assertThat(taking.path("routeConfigurationId").asText()).isEqualTo("wait-for-part");
                steps = taking.at("/from/steps");
            }
            var last = steps.get(steps.size() - 1).path("bean");
            assertThat(last.path("ref").asText()).isEqualTo("offsets");
            assertThat(last.path("method").asText()).isEqualTo("commit(${exchangeProperty.batch})");
            assertThat(route.path("routeConfigurationId").asText()).isEqualTo("wait-for-part");
            // A time to wait would keep a batch lying that is complete: bean 'polls' says when it is.
            assertThat(route.at("/from/parameters").properties()).extracting(Map.Entry::getKey)
                    .doesNotContain("pollTimeoutMs", "batchingIntervalMs");
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void aRoundOfASchedulerEndsBeforeTheNextBegins(Path file) throws IOException {
        assertThat(named(read(file), "from")).filteredOn(from -> from.path("uri").asText().startsWith("scheduler:")).allSatisfy(from ->
                assertThat(from.at("/parameters/synchronous").asBoolean()).as(from.path("id").asText()).isTrue());
    }

    /** It would be refused without a pause while Camel forces a stop, each time with a line in the log. */
    @ParameterizedTest
    @MethodSource("files")
    void aGreedySchedulerEndsWithTheBridge(Path file) throws IOException {
        assertThat(named(read(file), "from")).filteredOn(from -> from.at("/parameters/greedy").asBoolean()).allSatisfy(from ->
                assertThat(from.at("/parameters/pollStrategy").asText()).as(from.path("id").asText()).isEqualTo("#polls-until-stop"));
    }

    /** The client's own limits begin anew with each byte, and a body may have no end. */
    @ParameterizedTest
    @MethodSource("files")
    void aCallOfTheCrmHasAnEnd(Path file) throws Exception {
        try (var camel = RouteGround.context(List.of("eu"), Map.of())) {
            walk("", read(file), (name, node) -> {
                if (node.path("uri").asText().contains("concordat.crm.url")) {
                    String limit = node.at("/parameters/httpClientConfigurer").asText();
                    assertThat(limit).as(node.path("id").asText()).startsWith("#");
                    assertThat(camel.getRegistry().lookupByName(limit.substring(1))).as(limit).isInstanceOf(CallLimit.class);
                }
            });
        }
    }

    /** Camel never begins such a loop again once its route was stopped or suspended. */
    @ParameterizedTest
    @MethodSource("files")
    void noLoopIsBrokenOffForGood(Path file) throws IOException {
        walk("", read(file), (name, node) -> assertThat(name).isNotEqualTo("breakOnShutdown"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aStepNamesAMethodThatIsThereOnce(Path file) throws Exception {
        // Where two have one name, Camel tries its type converters for every change: that cost a quarter of the throughput.
        try (var camel = RouteGround.context(List.of("eu"), Map.of())) {
            var calls = new ArrayList<>(named(read(file), "bean"));
            calls.addAll(named(read(file), "method"));
            assertThat(calls).allSatisfy(call -> {
                String name = call.path("method").asText().replaceFirst("\\(.*", "");
                var bean = camel.getRegistry().lookupByName(call.path("ref").asText());
                assertThat(bean).as(call.toString()).isNotNull();
                // Camel looks at those of a package too.
                var methods = new HashSet<>(List.of(bean.getClass().getMethods()));
                methods.addAll(List.of(bean.getClass().getDeclaredMethods()));
                assertThat(methods).filteredOn(method -> method.getName().equals(name) && !method.isBridge() && !Modifier.isPrivate(method.getModifiers()))
                        .as(call.toString()).hasSize(1).allMatch(method -> Modifier.isPublic(method.getModifiers()));
            });
        }
    }

    static List<List<String>> regions() {
        return List.of(List.of("eu"), List.of("eu", "uk", "us"), List.of("eu", "uk", "us", "ch"));
    }

    @ParameterizedTest
    @MethodSource("regions")
    void allRoutesLoadForAnyRegionsSoThatAFurtherOneIsConfigurationOnly(List<String> regions) throws Exception {
        try (var camel = RouteGround.context(regions, Map.of())) {
            camel.setAutoStartup(false);
            new RouteFolder(FOLDER, regions, camel).load(RouteFiles.look(FOLDER, regions));
            camel.start();
            var ids = camel.getRoutes().stream().map(Route::getRouteId).toList();
            long shared = 0;
            long lane = 0;
            for (Path file : files()) {
                if (file.getParent().endsWith("lane")) {
                    lane += named(read(file), "route").size();
                } else {
                    shared += named(read(file), "route").size();
                }
            }
            assertThat(ids).hasSize((int) (shared + lane * regions.size())).doesNotHaveDuplicates();
            for (String region : regions) {
                assertThat(ids).contains("apply-" + region, "export-" + region, "keep-" + region, "replay-" + region, "resume-" + region);
            }
        }
    }

    /** Whatever takes something in of its own accord and judges, writes, tells or compares by the contracts. */
    @ParameterizedTest
    @MethodSource("files")
    void whatActsByContractsYieldsToBridgesWithNewerOnes(Path file) throws IOException {
        assertThat(named(read(file), "route")).allSatisfy(route -> {
            String id = route.path("id").asText().replaceFirst("-eu$", "");
            assertThat(route.path("routePolicy").asText()).as(id)
                    .isEqualTo(Set.of("receive", "admit", "apply", "export", "audit").contains(id) ? "yield-to-newer-contracts" : "");
        });
    }
}
