package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a folder of routes makes of files that are edited while routes run. */
class RouteFolderTest {
    private static final String ROUTE = """
            - route:
                id: %s
                from:
                  uri: direct:%s
                  steps:
                    - setBody:
                        simple: "%s"
            """;
    private static final String REF = """
                    - bean:
                        ref: nobody
            """;

    @TempDir
    private Path folder;
    private Path file;
    private CamelContext camel;
    private RouteFolder routes;

    @BeforeEach
    void load() throws Exception {
        file = folder.toAbsolutePath().normalize().resolve("a.camel.yaml");
        write(ROUTE.formatted("first", "first", "1") + ROUTE.formatted("second", "second", "2"));
        camel = new DefaultCamelContext();
        routes = new RouteFolder(folder, List.of("eu"));
        routes.load(camel);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private String said(String by) {
        return camel.createProducerTemplate().requestBody("direct:" + by, "", String.class);
    }

    private List<String> ids() {
        return camel.getRoutes().stream().map(Route::getRouteId).sorted().toList();
    }

    @Test
    void anEditedFileIsLoadedAgain() throws Exception {
        write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("second", "second", "2"));
        routes.reload(camel, file);
        assertThat(said("first") + said("second")).isEqualTo("one2");
        assertThat(routes.refused()).isEmpty();
    }

    /** Each of them is YAML: Camel finds out only when it has taken the running route away. */
    @ParameterizedTest
    @ValueSource(strings = {"ref: nobody", "ref: nobody\n            method: x"})
    void aMistakeInTheSecondRouteLeavesBothAsTheyWere(String mistake) throws Exception {
        var running = camel.getRoutes();
        write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("second", "second", "two") + REF.replace("ref: nobody", mistake));
        routes.reload(camel, file);
        assertThat(camel.getRoutes()).hasSameSizeAs(running);
        assertThat(said("first") + said("second")).isEqualTo("12");
        assertThat(routes.refused()).hasSize(1).hasEntrySatisfying(file, why -> assertThat(why).contains("second").contains("nobody"));
        anEditedFileIsLoadedAgain();
    }

    @Test
    void anIdThatStandsTwiceLeavesTheRoutesAsTheyWere() throws Exception {
        write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("first", "second", "two"));
        routes.reload(camel, file);
        assertThat(ids()).containsExactly("first", "second");
        assertThat(said("first") + said("second")).isEqualTo("12");
        assertThat(routes.refused()).containsOnlyKeys(file);
    }

    @Test
    void anUnknownPlaceholderAndAnUnknownComponentLeaveTheRoutesAsTheyWere() throws Exception {
        for (String uri : List.of("{{nothing}}", "nothing:x", "seda:x?nothing=1")) {
            write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("second", "second", "two").replace("direct:second", uri));
            routes.reload(camel, file);
            assertThat(said("first") + said("second")).as(uri).isEqualTo("12");
            assertThat(routes.refused()).as(uri).containsOnlyKeys(file);
        }
    }

    /** What cannot be read as routes touches none that run. */
    @Test
    void whatIsNoYamlDoesNotStopARoute() throws Exception {
        var running = List.copyOf(camel.getRoutes());
        for (String text : List.of("- route: [", "- rout:\n    id: x\n", "\u0000", "")) {
            write(text);
            routes.reload(camel, file);
            assertThat(camel.getRoutes()).as(text).containsExactlyElementsOf(running);
        }
    }

    @Test
    void aRouteThatIsRenamedIsNotThereTwice() throws Exception {
        write(ROUTE.formatted("renamed", "other", "one") + ROUTE.formatted("second", "second", "2"));
        routes.reload(camel, file);
        assertThat(ids()).containsExactly("renamed", "second");
        assertThat(said("other")).isEqualTo("one");
    }

    @Test
    void ofAFaultyNewFileNothingIsLeft() throws Exception {
        file = file.resolveSibling("b.camel.yaml");
        write(ROUTE.formatted("third", "third", "3") + ROUTE.formatted("fourth", "fourth", "4") + REF);
        routes.reload(camel, file);
        assertThat(ids()).containsExactly("first", "second");
        assertThat(routes.refused()).containsOnlyKeys(file);
        Files.delete(file);
        routes.reload(camel, file);
        assertThat(routes.refused()).isEmpty();
        write(ROUTE.formatted("third", "third", "3"));
        routes.reload(camel, file);
        assertThat(said("third") + said("first")).isEqualTo("31");
        assertThat(routes.refused()).isEqualTo(Map.of());
    }
}
