package dev.concordat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
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
        assertThat(routes.refused()).hasSize(1).hasEntrySatisfying("a.camel.yaml", why -> assertThat(why).contains("second").contains("nobody"));
        anEditedFileIsLoadedAgain();
    }

    @Test
    void anIdThatStandsTwiceLeavesTheRoutesAsTheyWere() throws Exception {
        write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("first", "second", "two"));
        routes.reload(camel, file);
        assertThat(ids()).containsExactly("first", "second");
        assertThat(said("first") + said("second")).isEqualTo("12");
        assertThat(routes.refused()).containsOnlyKeys("a.camel.yaml");
    }

    @Test
    void anUnknownPlaceholderAndAnUnknownComponentLeaveTheRoutesAsTheyWere() throws Exception {
        for (String uri : List.of("{{nothing}}", "nothing:x", "seda:x?nothing=1")) {
            write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("second", "second", "two").replace("direct:second", uri));
            routes.reload(camel, file);
            assertThat(said("first") + said("second")).as(uri).isEqualTo("12");
            assertThat(routes.refused()).as(uri).containsOnlyKeys("a.camel.yaml");
        }
    }

    /** What cannot be read as routes touches none that run. */
    @Test
    void whatIsNoYamlDoesNotStopARoute() throws Exception {
        var running = List.copyOf(camel.getRoutes());
        for (byte[] text : List.of("- route: [".getBytes(UTF_8), "- rout:\n    id: x\n".getBytes(UTF_8), "\u0000".getBytes(UTF_8),
                "# no route\n".getBytes(UTF_8), new byte[0], "- route:\n    id: caf\u00e9".getBytes(ISO_8859_1))) {
            Files.write(file, text);
            routes.reload(camel, file);
            assertThat(camel.getRoutes()).containsExactlyElementsOf(running);
            assertThat(routes.refused()).containsOnlyKeys("a.camel.yaml").doesNotContainValue("null");
            anEditedFileIsLoadedAgain();
            running = List.copyOf(camel.getRoutes());
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
        assertThat(routes.refused()).containsOnlyKeys("b.camel.yaml");
        Files.delete(file);
        routes.reload(camel, file);
        assertThat(routes.refused()).isEmpty();
        write(ROUTE.formatted("third", "third", "3"));
        routes.reload(camel, file);
        assertThat(said("third") + said("first")).isEqualTo("31");
        assertThat(routes.refused()).isEqualTo(Map.of());
    }

    @Test
    void aRouteIsRenamedInItsPlace() throws Exception {
        write(ROUTE.formatted("renamed", "first", "one") + ROUTE.formatted("second", "second", "2"));
        routes.reload(camel, file);
        assertThat(routes.refused()).isEmpty();
        assertThat(ids()).containsExactly("renamed", "second");
        assertThat(said("first")).isEqualTo("one");
    }

    /** As where somebody begins a file of their own with a copy of one that is there. */
    @Test
    void aFileThatHasTheIdsOfAnotherTakesNoneOfItsRoutes() throws Exception {
        var running = List.copyOf(camel.getRoutes());
        file = file.resolveSibling("b.camel.yaml");
        write(ROUTE.formatted("third", "third", "3") + ROUTE.formatted("second", "other", "two"));
        routes.reload(camel, file);
        assertThat(camel.getRoutes()).containsExactlyElementsOf(running);
        assertThat(routes.refused()).containsExactly(Map.entry("b.camel.yaml",
                "route [second] is one of a.camel.yaml; each route should have an id of its own"));
    }

    @Test
    void filesOfOneNameInTwoFoldersAreTwoFiles() throws Exception {
        file = Files.createDirectory(file.resolveSibling("lane")).resolve("a.camel.yaml");
        write(ROUTE.formatted("third-{{region}}", "third", "3"));
        routes.reload(camel, file);
        assertThat(ids()).containsExactly("first", "second", "third-eu");
        write(ROUTE.formatted("third", "third", "3"));
        routes.reload(camel, file);
        assertThat(ids()).containsExactly("first", "second", "third");
        write("broken");
        routes.reload(camel, file);
        assertThat(routes.refused()).containsOnlyKeys("lane/a.camel.yaml");
    }

    /** Camel would use them for what is made from now on, or keep a bean of a file that is refused. */
    @Test
    void whatIsNoRouteTakesAStart() throws Exception {
        var running = List.copyOf(camel.getRoutes());
        for (String other : List.of("- beans:\n    - name: x\n      type: java.lang.String\n",
                "- routeConfiguration:\n    id: x\n    onException:\n      - onException:\n          exception:\n            - java.lang.Nothing\n")) {
            write(other + ROUTE.formatted("first", "first", "one") + ROUTE.formatted("second", "second", "2"));
            routes.reload(camel, file);
            assertThat(camel.getRoutes()).containsExactlyElementsOf(running);
            assertThat(camel.getRegistry().lookupByName("x")).isNull();
            assertThat(routes.refused()).hasEntrySatisfying("a.camel.yaml", why -> assertThat(why).endsWith("it takes a start"));
        }
    }

    @Test
    void aRouteThatWasStoppedIsNotStartedByAnEdit() throws Exception {
        camel.getRouteController().stopRoute("first");
        camel.getRouteController().suspendRoute("second");
        for (String end : List.of("", REF)) {
            write(ROUTE.formatted("first", "first", "one") + ROUTE.formatted("second", "second", "two") + end);
            routes.reload(camel, file);
            assertThat(routes.refused()).hasSize(end.isEmpty() ? 0 : 1);
            assertThat(camel.getRouteController().getRouteStatus("first").isStopped()).isTrue();
            assertThat(camel.getRouteController().getRouteStatus("second").isSuspended()).isTrue();
        }
        camel.getRouteController().startRoute("first");
        assertThat(said("first")).isEqualTo("one");
    }

    @Test
    void routesThatCannotBeMadeAnewAreTriedAgainAndToldOf() throws Exception {
        camel.getRegistry().bind("somebody", new Object() {
            @SuppressWarnings("unused")
            public String call(String body) {
                return body + "!";
            }
        });
        write(ROUTE.formatted("first", "first", "1") + REF.replace("nobody", "somebody") + ROUTE.formatted("second", "second", "2"));
        routes.reload(camel, file);
        assertThat(said("first")).isEqualTo("1!");
        Object somebody = camel.getRegistry().lookupByName("somebody");
        camel.getRegistry().unbind("somebody");
        write(ROUTE.formatted("first", "first", "one") + REF + ROUTE.formatted("second", "second", "two"));
        routes.reload(camel, file);
        assertThat(routes.hasLost()).isTrue();
        camel.getRegistry().bind("somebody", somebody);
        routes.reload(camel, file);
        assertThat(routes.hasLost()).isFalse();
        assertThat(routes.refused()).hasSize(1);
        assertThat(said("first") + said("second")).isEqualTo("1!2");
    }

    /** Emacs links the file that it edits to whoever edits it. */
    @Test
    void anEditorsOwnFileIsNoFileOfRoutes() throws Exception {
        Files.createSymbolicLink(folder.resolve(".#a.camel.yaml"), Path.of("somebody@somewhere.1:1"));
        try (var other = new DefaultCamelContext()) {
            new RouteFolder(folder, List.of("eu")).load(other);
            other.start();
            assertThat(other.getRoutes()).hasSize(2);
        }
    }
}
