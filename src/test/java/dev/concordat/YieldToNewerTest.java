package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Routes that rest while a bridge runs that has newer contracts. */
class YieldToNewerTest {
    @RegisterExtension
    private final Said said = new Said(YieldToNewer.class, OperatedRoutes.class);
    @TempDir
    private Path folder;
    private final YieldToNewer policy = new YieldToNewer();
    private EditedRoutes ground;

    @BeforeEach
    void write() throws Exception {
        ground = new EditedRoutes(folder, "eu");
        ground.camel.getRegistry().bind("yield", policy);
        ground.write("a.camel.yaml", yielding("judges", "1") + yielding("writes", "1") + EditedRoutes.route("keeps", "1"));
        ground.write("b.camel.yaml", yielding("never", "1").replace("from:", "autoStartup: false\n    from:"));
    }

    @AfterEach
    void close() {
        ground.close();
    }

    private static String yielding(String id, String word) {
        return EditedRoutes.route(id, word).replace("    from:", "    routePolicy: yield\n    from:");
    }

    private void follow(boolean newer) {
        policy.follow(newer, ground.camel, ground.routes::ofItself);
    }

    private ServiceStatus status(String route) {
        return ground.camel.getRouteController().getRouteStatus(route);
    }

    @Test
    void theyRestAndGoOnAndAreNoneThatShouldRun() throws Exception {
        ground.start();
        follow(false);
        assertThat(said.lines()).isEmpty();
        follow(true);
        follow(true);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Stopped);
        assertThat(status("keeps")).isEqualTo(ServiceStatus.Started);
        assertThat(ground.routes.notRunning()).isEmpty();
        follow(false);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Started);
        assertThat(status("never")).isEqualTo(ServiceStatus.Stopped);
        assertThat(ground.said("judges")).isEqualTo("1");
        assertThat(said.lines()).containsExactly("WARN routes yield, because a bridge of the group runs with newer contracts: routes=[judges, writes]",
                "INFO routes go on, as no bridge of the group runs with newer contracts: routes=[judges, writes]");
        ground.camel.getRouteController().stopRoute("judges");
        assertThat(ground.routes.notRunning()).as("as before").containsOnlyKeys("judges");
    }

    @Test
    void aStartBeginsWithThemAtRest() throws Exception {
        policy.begin(true);
        ground.start();
        assertThat(said.lines()).containsExactly("WARN routes that act by contracts yield from the start on, because a bridge of the group runs with newer ones");
        follow(true);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Stopped);
        assertThat(ground.routes.notRunning()).isEmpty();
        follow(false);
        assertThat(ground.said("judges")).isEqualTo("1");
        assertThat(status("never")).isEqualTo(ServiceStatus.Stopped);
    }

    @Test
    void whatSomebodyHasStoppedStays() throws Exception {
        ground.start();
        ground.camel.getRouteController().stopRoute("judges");
        ground.camel.getRouteController().suspendRoute("writes");
        follow(true);
        follow(false);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Stopped);
        assertThat(status("writes")).isEqualTo(ServiceStatus.Suspended);
        assertThat(ground.routes.notRunning()).containsOnlyKeys("judges", "writes");
    }

    @Test
    void whatSomebodyStartsMeanwhileRestsAgain() throws Exception {
        ground.start();
        follow(true);
        ground.camel.getRouteController().startRoute("judges");
        follow(true);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Stopped);
        follow(false);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Started);
    }

    @Test
    void aFileThatIsLoadedAgainMeanwhileRestsToo() throws Exception {
        ground.start();
        follow(true);
        ground.write("a.camel.yaml", yielding("judges", "2") + yielding("writes", "2") + EditedRoutes.route("keeps", "2"));
        ground.look();
        assertThat(ground.said("keeps")).isEqualTo("2");
        assertThat(status("judges")).isEqualTo(ServiceStatus.Stopped);
        assertThat(ground.routes.notRunning()).isEmpty();
        follow(false);
        assertThat(ground.said("judges")).isEqualTo("2");
    }

    @Test
    void whatSomebodyHasStoppedStaysAlsoWhenItsFileIsLoadedAgainMeanwhile() throws Exception {
        ground.start();
        ground.camel.getRouteController().stopRoute("judges");
        follow(true);
        ground.write("a.camel.yaml", yielding("judges", "2") + yielding("writes", "2") + EditedRoutes.route("keeps", "2"));
        ground.look();
        follow(false);
        assertThat(status("judges")).isEqualTo(ServiceStatus.Stopped);
        assertThat(ground.said("writes")).isEqualTo("2");
        assertThat(ground.routes.notRunning()).containsOnlyKeys("judges");
    }

    @Test
    void aRouteOfWhichThePolicyIsTakenAwayMeanwhileRuns() throws Exception {
        ground.start();
        follow(true);
        ground.write("a.camel.yaml", EditedRoutes.route("judges", "2") + yielding("writes", "2").replace("from:", "autoStartup: false\n    from:"));
        ground.look();
        assertThat(ground.said("judges")).isEqualTo("2");
        follow(false);
        assertThat(status("writes")).as("does not start by itself").isEqualTo(ServiceStatus.Stopped);
    }
}
