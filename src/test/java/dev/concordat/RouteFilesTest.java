package dev.concordat;

import static dev.concordat.EditedRoutes.MISTAKE;
import static dev.concordat.EditedRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.apache.camel.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways in which files of routes come, change, move and go. */
class RouteFilesTest {
    @RegisterExtension
    private final Said said = new Said(RouteFolder.class, RunningRoutes.class);
    @TempDir
    private Path folder;
    private EditedRoutes ground;

    @BeforeEach
    void open() {
        ground = new EditedRoutes(folder, "eu", "uk");
    }

    @AfterEach
    void close() {
        ground.close();
    }

    private void start(String... texts) throws Exception {
        for (int i = 0; i < texts.length; i++) {
            ground.write((char) ('a' + i) + ".camel.yaml", texts[i]);
        }
        ground.start();
    }

    private void swapLink(Path link, Path target) throws Exception {
        Files.move(Files.createSymbolicLink(link.resolveSibling("..tmp"), target), link, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aFolderThatIsALinkIsFollowedAndSoIsAnotherTargetOfIt() throws Exception {
        ground.write("one/lane/a.camel.yaml", route("a-{{region}}", "1"));
        ground.write("two/lane/a.camel.yaml", route("a-{{region}}", "2"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("one"));
        try (var linked = new EditedRoutes(link, "eu").start()) {
            assertThat(linked.said("a-eu")).isEqualTo("1");
            swapLink(link, Path.of("two"));
            linked.look();
            assertThat(linked.said("a-eu")).isEqualTo("2");
        }
    }

    private static String named(String id, String named) {
        return """
                - route:
                    id: %1$s
                    %2$s
                    from:
                      uri: direct:%1$s
                      steps:
                        - setBody:
                            id: answer-%1$s
                            constant: "1"
                """.formatted(id, named);
    }

    /** As a copy that was not adapted in full: a start would find it, one that runs would not. */
    @Test
    void aStepThatIsInAnotherFileTooIsRefused() throws Exception {
        start(named("first", ""));
        ground.write("b.camel.yaml", named("second", "").replace("answer-second", "answer-first"));
        ground.look();
        assertThat(ground.routes.refused()).containsExactly(Map.entry("b.camel.yaml", "step [answer-first] is one of a.camel.yaml; each step should have an id of its own"));
        ground.write("b.camel.yaml", named("second", "") + named("third", "").replace("answer-third", "answer-second"));
        ground.look();
        assertThat(ground.routes.refused().get("b.camel.yaml")).isEqualTo("step [answer-second] stands in it twice; each step should have an id of its own");
        ground.write("b.camel.yaml", named("second", ""));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.ids()).contains("first", "second");
    }

    /** Camel would run it as if it named none. */
    @Test
    void aRouteThatNamesAConfigurationWhichIsNotThereIsRefused() throws Exception {
        start("- routeConfiguration:\n    id: wait-for-part\n" + named("first", "routeConfigurationId: wait-for-part"));
        ground.write("b.camel.yaml", named("second", "routeConfigurationId: wait-for-prt"));
        ground.look();
        assertThat(ground.routes.refused()).containsExactly(Map.entry("b.camel.yaml",
                "route [second] names route configuration [wait-for-prt], which no file has; one has [wait-for-part]"));
        ground.write("b.camel.yaml", named("second", "routeConfigurationId: \"wait-for-part, wait*\""));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
    }

    /** A mounted ConfigMap: each file is a link through a folder that is changed at once; the old one is removed. */
    @Test
    void aConfigMapIsFollowed() throws Exception {
        Path old = ground.write("..one/lane/a.camel.yaml", route("a-{{region}}", "1"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        Files.createSymbolicLink(folder.resolve("lane"), Path.of("..data/lane"));
        start();
        assertThat(ground.ids()).containsExactly("a-eu", "a-uk");
        ground.write("..two/lane/a.camel.yaml", route("a-{{region}}", "2"));
        swapLink(folder.resolve("..data"), Path.of("..two"));
        Files.delete(old);
        ground.look();
        assertThat(ground.said("a-eu") + ground.said("a-uk")).isEqualTo("22");
    }

    @Test
    void whatStandsInAFolderOfAnEditorIsNoFileOfRoutes() throws Exception {
        ground.write(".history/a_1.camel.yaml", route("a", "0"));
        ground.write(".git/x/a.camel.yaml", "nonsense");
        start(route("a", "1"));
        assertThat(ground.said("a")).isEqualTo("1");
    }

    @Test
    void aFolderThatIsRemovedAndMadeAgainIsSeen() throws Exception {
        ground.write("own/b.camel.yaml", route("b", "1"));
        start(route("a", "1"));
        Files.delete(folder.resolve("own/b.camel.yaml"));
        Files.delete(folder.resolve("own"));
        ground.look();
        ground.write("own/b.camel.yaml", route("b", "2"));
        ground.write("new/c.camel.yaml", route("c", "2"));
        ground.look();
        assertThat(ground.said("b") + ground.said("c")).isEqualTo("22");
    }

    @Test
    void routesOfAFileThatIsRemovedGoOnAndThatIsTold() throws Exception {
        start(route("a", "1"), route("b", "1"));
        Files.delete(folder.resolve("b.camel.yaml"));
        ground.look();
        ground.write("a.camel.yaml", route("a", "2"));
        ground.look();
        assertThat(ground.said("a") + ground.said("b")).isEqualTo("21");
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(new RouteHealth(ground.routes).call().getDetails())
                .containsEntry("removed.b.camel.yaml", "its routes go on until the bridge is started again");
        assertThat(said.lines()).filteredOn(line -> line.startsWith("WARN")).containsExactly(
                "WARN b.camel.yaml is gone, its routes go on; they end with a start of the bridge, or when another file has them");
        ground.write("b.camel.yaml", route("b", "3"));
        ground.look();
        assertThat(ground.said("b")).isEqualTo("3");
        assertThat(ground.routes.removed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%20b", "p+q", "my routes", "x#y", "\u00e4"})
    void aFileOfAnyNameIsSeen(String name) throws Exception {
        ground.write(name + ".camel.yaml", route("a", "1"));
        ground.start();
        ground.write(name + ".camel.yaml", route("a", "2"));
        ground.look();
        assertThat(ground.said("a")).isEqualTo("2");
    }

    @Test
    void aFileIsTakenWhenItRests() throws Exception {
        start(route("a", "1") + route("b", "1"));
        for (String text : List.of("", route("a", "2"), route("a", "2") + route("b", "2"))) {
            ground.write("a.camel.yaml", text);
            ground.routes.look();
            assertThat(ground.said("a") + ground.said("b")).isEqualTo("11");
        }
        ground.routes.look();
        assertThat(ground.said("a") + ground.said("b")).isEqualTo("22");
    }

    @Test
    void aSaveWithoutAChangeStopsNothingNorDoesALineInAnotherFile() throws Exception {
        start(route("a", "1"), route("b", "1"));
        Route a = ground.camel.getRoute("a");
        ground.write("a.camel.yaml", route("a", "1"));
        ground.write("b.camel.yaml", route("b", "2"));
        ground.look();
        assertThat(ground.said("b")).isEqualTo("2");
        ground.write("a.camel.yaml", "nonsense");
        ground.look();
        ground.write("a.camel.yaml", route("a", "1"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.camel.getRoute("a")).isSameAs(a);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "b a"})
    void aRouteMovesToAnotherFileWhicheverIsSavedFirst(String order) throws Exception {
        start(route("x", "1") + route("y", "1"), route("b", "1"));
        for (String name : order.split(" ")) {
            ground.write(name + ".camel.yaml", name.equals("a") ? route("x", "2") : route("b", "2") + route("y", "2"));
            ground.look();
        }
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.said("x") + ground.said("y") + ground.said("b")).isEqualTo("222");
    }

    @Test
    void aRouteStaysWhereTheFileToWhichItMovesIsRefused() throws Exception {
        start(route("x", "1") + route("y", "1"), route("b", "1"));
        ground.write("a.camel.yaml", route("x", "2"));
        ground.write("b.camel.yaml", route("b", "2") + route("y", "2") + MISTAKE);
        ground.look();
        assertThat(ground.said("x") + ground.said("y") + ground.said("b")).isEqualTo("111");
        assertThat(ground.routes.refused()).containsOnlyKeys("a.camel.yaml", "b.camel.yaml")
                .containsEntry("a.camel.yaml", "route [y] should stay until b.camel.yaml is mended, where it is to go");
        ground.write("b.camel.yaml", route("b", "3") + route("y", "3"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.said("x") + ground.said("y") + ground.said("b")).isEqualTo("233");
    }

    @Test
    void twoFilesExchangeTheirRoutes() throws Exception {
        start(route("x", "1"), route("y", "1"));
        ground.write("a.camel.yaml", route("y", "2"));
        ground.write("b.camel.yaml", route("x", "2") + MISTAKE);
        ground.look();
        assertThat(ground.said("x") + ground.said("y")).isEqualTo("11");
        assertThat(ground.routes.refused()).hasSize(2);
        ground.write("b.camel.yaml", route("x", "2"));
        ground.look();
        assertThat(ground.said("x") + ground.said("y")).isEqualTo("22");
        assertThat(ground.routes.refused()).isEmpty();
    }

    /** Only one route may listen at direct:x. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsRefusedIsTriedAgainWhenAnotherFileChanges(boolean atOnce) throws Exception {
        start(route("a", "1"), route("b", "x", "1"));
        ground.write("a.camel.yaml", route("a", "2") + route("c", "x", "2"));
        if (!atOnce) {
            ground.look();
            assertThat(ground.routes.refused()).containsOnlyKeys("a.camel.yaml");
        }
        ground.write("b.camel.yaml", route("b", "3"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.said("a") + ground.said("x") + ground.said("b")).isEqualTo("223");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileIsRenamed(boolean withIds) throws Exception {
        start("- from:\n    uri: direct:anonymous\n    steps:\n      - setBody:\n          simple: '1'\n" + (withIds ? route("x", "1") : ""));
        Files.move(folder.resolve("a.camel.yaml"), folder.resolve("z.camel.yaml"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.routes.removed()).isEmpty();
        assertThat(ground.said("anonymous")).isEqualTo("1");
        ground.write("z.camel.yaml", route("x", "2"));
        ground.look();
        assertThat(ground.said("x")).isEqualTo("2");
        assertThat(ground.running()).hasSize(1);
    }

    @Test
    void ofAFileThatIsGoneAndPartlyElsewhereTheRestGoesOn() throws Exception {
        start(route("x", "1") + route("y", "1"));
        Files.delete(folder.resolve("a.camel.yaml"));
        ground.write("b.camel.yaml", route("x", "2"));
        ground.look();
        assertThat(ground.said("x") + ground.said("y")).isEqualTo("21");
        assertThat(ground.routes.removed()).containsExactly("a.camel.yaml");
        ground.write("b.camel.yaml", route("x", "3") + route("y", "3") + MISTAKE);
        ground.look();
        assertThat(ground.said("x") + ground.said("y")).as("put back, each from its file").isEqualTo("21");
        ground.write("b.camel.yaml", route("x", "4") + route("y", "4"));
        ground.look();
        assertThat(ground.said("x") + ground.said("y")).isEqualTo("44");
        assertThat(ground.routes.removed()).isEmpty();
    }

    @Test
    void filesWhoseNamesWithTheirRegionsAreTheSameAreTwo() throws Exception {
        ground.write("lane/a.camel.yaml", "- from:\n    uri: direct:a-{{region}}\n    steps:\n      - setBody:\n          simple: '1'\n");
        ground.write("lane/a-us.camel.yaml", route("b-{{region}}", "1"));
        try (var lanes = new EditedRoutes(folder, "east", "us-east").start()) {
            lanes.write("lane/a-us.camel.yaml", route("b-{{region}}", "2"));
            lanes.look();
            assertThat(lanes.said("a-east") + lanes.said("a-us-east") + lanes.said("b-east") + lanes.said("b-us-east")).isEqualTo("1122");
        }
    }

    @Test
    void aCommentMayNameARegionAnywhere() throws Exception {
        start("# goes to {{region}}.changes\n" + route("a", "1"));
        assertThat(ground.ids()).containsExactly("a");
    }

    @Test
    void aStartTellsAllThatIsWrong() throws Exception {
        ground.write("a.camel.yaml", route("a", "1"));
        ground.write("b.camel.yaml", route("a", "2"));
        ground.write("c.camel.yaml", "nonsense");
        ground.write("d.camel.yaml", route("d-{{region}}", "1"));
        ground.write("lane/e.camel.yaml", route("e", "1"));
        Files.createSymbolicLink(folder.resolve("f.camel.yaml"), Path.of("nowhere"));
        assertThatThrownBy(ground::start).isInstanceOf(BridgeException.class).hasMessage("""
                a.camel.yaml: route [a] is one of b.camel.yaml; each route should have an id of its own
                b.camel.yaml: route [a] is one of a.camel.yaml; each route should have an id of its own
                c.camel.yaml: it should be a list of routes; where it is to have none, remove it and start the bridge again
                d.camel.yaml: {{region}} stands for a region in lane/ only; what names it should be there
                f.camel.yaml: it is a link to nothing; it should lead to a file
                lane/e.camel.yaml: route [e] stands in it twice; each route should have an id of its own, with {{region}} in it""");
    }

    /** What a start has checked by the files is what it loads; what was written since is taken up by the next looks. */
    @Test
    void whatIsLoadedIsWhatWasLookedAt() throws Exception {
        ground.write("a.camel.yaml", route("a", "1"));
        var found = RouteFiles.look(folder, List.of("eu", "uk"));
        ground.write("a.camel.yaml", route("a", "2"));
        ground.routes.load(found);
        ground.camel.start();
        assertThat(ground.said("a")).isEqualTo("1");
        ground.look();
        assertThat(ground.said("a")).isEqualTo("2");
    }

    @Test
    void aStartWithoutRoutesIsRefused() throws Exception {
        Files.createDirectory(folder.resolve("x.camel.yaml"));
        assertThatThrownBy(ground::start).isInstanceOf(BridgeException.class)
                .hasMessage("folder [" + folder + "] holds no routes; 'concordat.routes' should name one with files *.camel.yaml");
    }

    @Test
    void aLinkToNothingIsRefusedAndTheRoutesOfBeforeGoOn() throws Exception {
        start(route("a", "1"));
        Files.delete(folder.resolve("a.camel.yaml"));
        Files.createSymbolicLink(folder.resolve("a.camel.yaml"), Path.of("nowhere"));
        ground.look();
        assertThat(ground.said("a")).isEqualTo("1");
        assertThat(ground.routes.refused()).isEqualTo(Map.of("a.camel.yaml", "it is a link to nothing; it should lead to a file"));
        assertThat(ground.routes.removed()).isEmpty();
    }

    private static String sending(String id, String to) {
        return route(id, "") + """
                        - to:
                            id: send-%s
                            uri: %s
                """.formatted(id, to);
    }

    @Test
    void aStepThatSendsWhereNoRouteTakesIsRefusedWithItsPlace() throws Exception {
        start(sending("a", "direct:screen"), route("screen", "1"));
        ground.write("a.camel.yaml", sending("a", "direct:screeen"));
        ground.look();
        assertThat(ground.said("a")).isEqualTo("1");
        assertThat(ground.routes.refused()).containsExactly(Map.entry("a.camel.yaml",
                "9:13 step [send-a] sends to direct:screeen, from which no route takes; from direct:screen one does"));
        ground.write("c.camel.yaml", route("screeen", "2"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.said("a")).isEqualTo("2");
    }

    @Test
    void aBridgeDoesNotStartWithAStepThatSendsWhereNoRouteTakes() {
        assertThatThrownBy(() -> start(sending("a", "seda:elsewhere"), route("b", "1"))).isInstanceOf(BridgeException.class)
                .hasMessage("a.camel.yaml: 9:13 step [send-a] sends to seda:elsewhere, from which no route takes");
    }

    /** The other file is as it was, or has another change. */
    @ParameterizedTest
    @ValueSource(strings = {"", "# edited\n"})
    void aRouteToWhichAnotherFileSendsStays(String edited) throws Exception {
        start(sending("a", "direct:b"), route("b", "1"));
        ground.write("a.camel.yaml", edited + sending("a", "direct:b"));
        ground.write("b.camel.yaml", route("b", "other", "2"));
        ground.look();
        assertThat(ground.said("a")).isEqualTo("1");
        assertThat(ground.routes.refused()).containsOnlyKeys("b.camel.yaml").hasEntrySatisfying("b.camel.yaml", why ->
                assertThat(why).startsWith("a route should go on to take from direct:b, to which a.camel.yaml:").endsWith(" step [send-a] sends"));
        ground.write("a.camel.yaml", sending("a", "direct:other"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.said("a")).isEqualTo("2");
    }

    @Test
    void aFileIsNotTakenWithoutTheOneToWhoseNewRouteItSends() throws Exception {
        start(route("a", "1"), route("b", "1"));
        ground.write("a.camel.yaml", sending("a", "direct:c"));
        ground.write("b.camel.yaml", route("b", "2") + route("c", "2") + MISTAKE);
        ground.look();
        assertThat(ground.said("a") + ground.said("b")).isEqualTo("11");
        assertThat(ground.routes.refused()).containsOnlyKeys("a.camel.yaml", "b.camel.yaml");
        ground.write("b.camel.yaml", route("b", "3") + route("c", "3"));
        ground.look();
        assertThat(ground.routes.refused()).isEmpty();
        assertThat(ground.said("a") + ground.said("b")).isEqualTo("33");
    }
}
