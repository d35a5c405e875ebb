package dev.concordat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static dev.concordat.EditedRoutes.MISTAKE;
import static dev.concordat.EditedRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.function.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a folder of routes makes of files that are edited while routes run. */
class RouteFolderTest {
    @RegisterExtension
    private final Said said = new Said(RouteFolder.class, RunningRoutes.class);
    @RegisterExtension
    private final Said steps = Said.by("dev.concordat.routes.telling");
    @TempDir
    private Path folder;
    private String file = "a.camel.yaml";
    private EditedRoutes ground;
    private CamelContext camel;
    private RouteFolder routes;

    @BeforeEach
    void load() throws Exception {
        ground = new EditedRoutes(folder, "eu");
        ground.write(file, route("first", "1") + route("second", "2"));
        ground.start();
        camel = ground.camel;
        routes = ground.routes;
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    private void edit(String text) throws IOException {
        ground.write(file, text);
        ground.look();
    }

    private String said(String at) {
        return ground.said(at);
    }

    private List<String> ids() {
        return ground.ids();
    }

    @Test
    void whatAStepLogsIsALineOfTheBridge() throws Exception {
        edit(route("first", "one") + """
                - route:
                    id: telling
                    from:
                      uri: direct:telling
                      steps:
                        - log:
                            message: "told ${body}"
                """);
        camel.createProducerTemplate().sendBody("direct:telling", "all");
        assertThat(steps.lines()).containsExactly("INFO told all");
    }

    @Test
    void anEditedFileIsLoadedAgain() throws Exception {
        edit(route("first", "one") + route("second", "2"));
        assertThat(said("first") + said("second")).isEqualTo("one2");
        assertThat(routes.refused()).isEmpty();
    }

    /** Each of them is YAML: Camel finds out only when it has taken the running route away. */
    @ParameterizedTest
    @ValueSource(strings = {"ref: nobody", "ref: nobody\n            method: x"})
    void aMistakeInTheSecondRouteLeavesBothAsTheyWere(String mistake) throws Exception {
        var running = ground.running();
        edit(route("first", "one") + route("second", "two") + MISTAKE.replace("ref: nobody", mistake));
        assertThat(ground.running()).hasSameSizeAs(running);
        assertThat(said("first") + said("second")).isEqualTo("12");
        assertThat(routes.refused()).hasSize(1).hasEntrySatisfying("a.camel.yaml", why -> assertThat(why).contains("second").contains("nobody"));
        anEditedFileIsLoadedAgain();
    }

    @Test
    void anIdThatStandsTwiceLeavesTheRoutesAsTheyWere() throws Exception {
        edit(route("first", "one") + route("first", "second", "two"));
        assertThat(ids()).containsExactly("first", "second");
        assertThat(said("first") + said("second")).isEqualTo("12");
        assertThat(routes.refused()).containsOnlyKeys("a.camel.yaml");
    }

    @Test
    void anUnknownPlaceholderAndAnUnknownComponentLeaveTheRoutesAsTheyWere() throws Exception {
        for (String uri : List.of("{{nothing}}", "nothing:x", "seda:x?nothing=1")) {
            edit(route("first", "one") + route("second", "two").replace("direct:second", uri));
            assertThat(said("first") + said("second")).as(uri).isEqualTo("12");
            assertThat(routes.refused()).as(uri).containsOnlyKeys("a.camel.yaml");
        }
    }

    /** What cannot be read as routes touches none that run. */
    @Test
    void whatIsNoYamlDoesNotStopARoute() throws Exception {
        var running = ground.running();
        for (byte[] text : List.of("- route: [".getBytes(UTF_8), "- rout:\n    id: x\n".getBytes(UTF_8), "\u0000".getBytes(UTF_8),
                "# no route\n".getBytes(UTF_8), new byte[0], "- route:\n    id: caf\u00e9".getBytes(ISO_8859_1))) {
            Files.write(folder.resolve(file), text);
            ground.look();
            assertThat(ground.running()).containsExactlyElementsOf(running);
            assertThat(routes.refused()).containsOnlyKeys("a.camel.yaml").doesNotContainValue("null");
            anEditedFileIsLoadedAgain();
            running = ground.running();
        }
    }

    @Test
    void aRouteThatIsRenamedIsNotThereTwice() throws Exception {
        edit(route("renamed", "other", "one") + route("second", "2"));
        assertThat(ids()).containsExactly("renamed", "second");
        assertThat(said("other")).isEqualTo("one");
    }

    @Test
    void ofAFaultyNewFileNothingIsLeft() throws Exception {
        file = "b.camel.yaml";
        edit(route("third", "3") + route("fourth", "4") + MISTAKE);
        assertThat(ids()).containsExactly("first", "second");
        assertThat(routes.refused()).containsOnlyKeys("b.camel.yaml");
        Files.delete(folder.resolve(file));
        ground.look();
        assertThat(routes.refused()).isEmpty();
        edit(route("third", "3"));
        assertThat(said("third") + said("first")).isEqualTo("31");
        assertThat(routes.refused()).isEqualTo(Map.of());
    }

    @Test
    void aRouteIsRenamedInItsPlace() throws Exception {
        edit(route("renamed", "first", "one") + route("second", "2"));
        assertThat(routes.refused()).isEmpty();
        assertThat(ids()).containsExactly("renamed", "second");
        assertThat(said("first")).isEqualTo("one");
    }

    /** As where somebody begins a file of their own with a copy of one that is there. */
    @Test
    void aFileThatHasTheIdsOfAnotherTakesNoneOfItsRoutes() throws Exception {
        var running = ground.running();
        file = "b.camel.yaml";
        edit(route("third", "3") + route("second", "other", "two"));
        assertThat(ground.running()).containsExactlyElementsOf(running);
        assertThat(routes.refused()).containsExactly(Map.entry("b.camel.yaml",
                "route [second] is one of a.camel.yaml; each route should have an id of its own"));
    }

    @Test
    void filesOfOneNameInTwoFoldersAreTwoFiles() throws Exception {
        file = "lane/a.camel.yaml";
        edit(route("third-{{region}}", "third", "3"));
        assertThat(ids()).containsExactly("first", "second", "third-eu");
        edit(route("third", "3"));
        assertThat(ids()).containsExactly("first", "second", "third");
        edit("broken");
        assertThat(routes.refused()).containsOnlyKeys("lane/a.camel.yaml");
    }

    /** Camel would use them for what is made from now on, or keep a bean of a file that is refused. */
    @Test
    void whatIsNoRouteTakesAStart() throws Exception {
        var running = ground.running();
        for (String other : List.of("- beans:\n    - name: x\n      type: java.lang.String\n",
                "- routeConfiguration:\n    id: x\n    onException:\n      - onException:\n          exception:\n            - java.lang.Nothing\n")) {
            edit(other + route("first", "one") + route("second", "2"));
            assertThat(ground.running()).containsExactlyElementsOf(running);
            assertThat(camel.getRegistry().lookupByName("x")).isNull();
            assertThat(routes.refused()).hasEntrySatisfying("a.camel.yaml", why -> assertThat(why).endsWith("it takes a start"));
        }
    }

    @Test
    void aFileThatIsPutBackAsItWasIsToldToBeInOrder() throws Exception {
        String text = Files.readString(folder.resolve(file));
        edit("- route: [");
        edit(text);
        Files.delete(folder.resolve(file));
        ground.look();
        edit(text);
        ground.write("b.camel.yaml", "- route: [");
        ground.look();
        Files.delete(folder.resolve("b.camel.yaml"));
        ground.look();
        assertThat(said.lines()).filteredOn(line -> line.startsWith("INFO"))
                .containsExactly("INFO a.camel.yaml is in order again", "INFO a.camel.yaml is there again", "INFO b.camel.yaml is gone, which was refused");
    }

    @Test
    void aRouteThatWasStoppedIsNotStartedByAnEdit() throws Exception {
        camel.getRouteController().stopRoute("first");
        camel.getRouteController().suspendRoute("second");
        for (String end : List.of("", MISTAKE)) {
            edit(route("first", "one") + route("second", "two") + end);
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
        edit(route("first", "1") + MISTAKE.replace("nobody", "somebody") + route("second", "2"));
        assertThat(said("first")).isEqualTo("1!");
        Object somebody = camel.getRegistry().lookupByName("somebody");
        camel.getRegistry().unbind("somebody");
        edit(route("first", "one") + MISTAKE + route("second", "two"));
        assertThat(routes.hasLost()).isTrue();
        camel.getRegistry().bind("somebody", somebody);
        ground.write("b.camel.yaml", route("third", "3"));
        ground.look();
        assertThat(routes.hasLost()).isFalse();
        assertThat(routes.refused()).hasSize(1);
        assertThat(said("first") + said("second")).isEqualTo("1!2");
    }

    /** Does something while the routes of a file are made, where one of them sends to it. */
    private void whileRoutesAreMade(ThrowingRunnable<Exception> action) {
        camel.addComponent("meanwhile", new DefaultComponent() {
            @Override
            protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
                action.run();
                return camel.getEndpoint("mock:nowhere");
            }
        });
    }

    @Test
    void aRouteThatIsResumedWhileAnotherFileIsLoadedStaysSo() throws Exception {
        ground.write("b.camel.yaml", route("third", "3"));
        ground.look();
        camel.getRouteController().suspendRoute("third");
        whileRoutesAreMade(() -> camel.getRouteController().resumeRoute("third"));
        edit(route("first", "one") + "        - to:\n            uri: meanwhile:x\n" + route("second", "2"));
        assertThat(routes.refused()).isEmpty();
        assertThat(camel.getRouteController().getRouteStatus("third").isStarted()).isTrue();
    }

    @Test
    void aBridgeThatStopsMeanwhileRefusesNothing() throws Exception {
        var stop = new Thread(camel::stop);
        whileRoutesAreMade(() -> {
            stop.start();
            await().atMost(Duration.ofMinutes(10)).until(() -> !camel.isStarted());
            throw new IllegalStateException("no more");
        });
        edit(route("first", "one") + "        - to:\n            uri: meanwhile:x\n");
        stop.join();
        assertThat(said.lines()).isEmpty();
        assertThat(routes.refused()).isEmpty();
    }

    /** Emacs links the file that it edits to whoever edits it. */
    @Test
    void anEditorsOwnFileIsNoFileOfRoutes() throws Exception {
        Files.createSymbolicLink(folder.resolve(".#a.camel.yaml"), Path.of("somebody@somewhere.1:1"));
        try (var other = new EditedRoutes(folder, "eu").start()) {
            assertThat(other.ids()).hasSize(2);
        }
    }
}
