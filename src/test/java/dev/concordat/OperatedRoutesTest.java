package dev.concordat;

import static dev.concordat.EditedRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.management.MBeanException;
import javax.management.ObjectName;
import org.apache.camel.Processor;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes that somebody stops, starts, suspends and resumes over JMX, as in the console. */
class OperatedRoutesTest {
    private static final String CHANGED = "INFO state of a route changed by hand: route=first ";
    @RegisterExtension
    private final Said said = new Said(OperatedRoutes.class);
    @TempDir
    private Path folder;
    private EditedRoutes ground;

    @BeforeEach
    void load() throws Exception {
        ground = new EditedRoutes(folder, "eu");
        ground.camel.getCamelContextExtension().setName("operated");
        ground.write("a.camel.yaml", route("first", "1").replace("direct:", "seda:") + route("second", "2"));
        ground.start();
    }

    @AfterEach
    void close() {
        ground.close();
    }

    private static void operate(String... verbs) throws Exception {
        for (String verb : verbs) {
            ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName("org.apache.camel:context=operated,type=routes,name=\"first\""), verb, null, null);
        }
    }

    private String answer() {
        return ground.camel.createProducerTemplate().requestBody("seda:first?timeout=20000", "", String.class);
    }

    private ServiceStatus status() {
        return ground.camel.getRouteController().getRouteStatus("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop suspend start", "stop suspend resume", "suspend stop start", "suspend stop resume", "suspend suspend start", "stop start"})
    void aRouteThatIsStartedTakesWhatComes(String verbs) throws Exception {
        for (String verb : verbs.split(" ")) {
            if (verb.equals("suspend") && status().isStopped()) {
                assertThatThrownBy(() -> operate("suspend")).isInstanceOf(MBeanException.class)
                        .hasRootCauseMessage("route [first] is stopped; it should be started before it is suspended");
            } else {
                operate(verb);
            }
        }
        assertThat(status()).isEqualTo(ServiceStatus.Started);
        assertThat(ground.routes.notRunning()).isEmpty();
        assertThat(answer()).isEqualTo("1");
    }

    @Test
    void whatIsDoneByHandIsOneLineEach() throws Exception {
        operate("stop", "stop", "start", "start", "suspend", "resume");
        assertThat(said.lines()).containsExactly(CHANGED + "from=Started to=Stopped", CHANGED + "from=Stopped to=Started",
                CHANGED + "from=Started to=Suspended", CHANGED + "from=Suspended to=Started");
    }

    @Test
    void whatTheBridgeDoesOfItselfIsNone() throws Exception {
        operate("suspend");
        for (String word : List.of("one", "uno")) {
            ground.write("a.camel.yaml", route("first", word).replace("direct:", "seda:") + route("second", word));
            ground.look();
            assertThat(ground.said("second")).isEqualTo(word);
        }
        ground.write("a.camel.yaml", route("first", "two") + route("second", "two") + EditedRoutes.MISTAKE);
        ground.look();
        assertThat(ground.routes.refused()).hasSize(1);
        assertThat(status()).isEqualTo(ServiceStatus.Suspended);
        ground.close();
        assertThat(said.lines()).containsExactly(CHANGED + "from=Started to=Suspended");
    }

    @Test
    void aRouteThatIsStoppedOrSuspendedIsToldInHealthAndMetrics() throws Exception {
        var metrics = new SimpleMeterRegistry();
        var health = new RestingHealth(ground.routes);
        ground.routes.watch(metrics);
        assertThat(health.call().getState()).isEqualTo(State.UP);
        for (String verb : List.of("suspend", "stop")) {
            operate(verb);
            assertThat(health.call().getState()).isEqualTo(State.DOWN);
            assertThat(health.call().getDetails()).containsEntry("first",
                    "is " + (verb.equals("stop") ? "stopped" : "suspended") + "; what comes for it waits until it is started");
            assertThat(metrics.get("concordat.routes.resting").gauge().value()).isEqualTo(1);
        }
        operate("start");
        assertThat(health.call().getState()).isEqualTo(State.UP);
    }

    /** A route waits for what is under way in it. */
    @ParameterizedTest
    @ValueSource(strings = {"stop", "edit"})
    void aRouteThatIsStillStoppingIsToldAsSuch(String how) throws Exception {
        var arrived = new CountDownLatch(1);
        var on = new CountDownLatch(1);
        ground.camel.getRegistry().bind("slow", (Processor) exchange -> {
            arrived.countDown();
            on.await();
        });
        ground.write("a.camel.yaml", route("first", "1").replace("direct:first", "timer:first?delay=0&repeatCount=1") + "        - process:\n            ref: slow\n"
                + route("second", "2"));
        ground.look();
        arrived.await();
        ground.write("a.camel.yaml", route("first", "one").replace("direct:", "seda:") + route("second", "2"));
        var stop = CompletableFuture.runAsync(() -> {
            if (how.equals("edit")) {
                ground.look();
            } else {
                assertThatCode(() -> operate("stop")).doesNotThrowAnyException();
            }
        });
        await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(details()).hasEntrySatisfying("stopping", said -> assertThat(said).asString()
                .matches("routes have not stopped yet: first since \\S+Z" + (how.equals("edit") ? ", second since \\S+Z" : "")
                        + "; what is under way in them is waited for, and files are taken after that")));
        on.countDown();
        stop.get();
        assertThat(details()).doesNotContainKey("stopping");
    }

    private Map<String, Object> details() {
        return new RouteHealth(ground.routes).call().getDetails();
    }

    /** As Camel itself leaves one that was suspended while it was stopped. */
    @Test
    void aRouteThatIsStartedWithoutItsConsumerIsDown() throws Exception {
        var inside = ground.camel.getCamelContextExtension().getInternalRouteController();
        inside.stopRoute("first");
        inside.suspendRoute("first");
        inside.startRoute("first");
        assertThat(status()).isEqualTo(ServiceStatus.Started);
        var result = new RestingHealth(ground.routes).call();
        assertThat(result.getState()).isEqualTo(State.DOWN);
        assertThat(result.getDetails()).containsEntry("first", "is started, and takes nothing; it should be stopped and started");
    }
}
