package dev.concordat;

import static dev.concordat.EditedRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Routes that wait for a part, as they are shipped to, while the bridge is told to stop. */
@Timeout(300)
class QuietStopTest {
    private static final String AWAY = """
            - route:
                id: %s
                routeConfigurationId: wait-for-part
                from:
                  uri: %s
                  steps:
                    - throwException:
                        exceptionType: java.lang.IllegalStateException
                        message: away
            """;
    @RegisterExtension
    private final Said said = Said.byAnybody();
    @TempDir
    private Path folder;

    private void whileRoutesWait(Waiting waiting, ThrowingConsumer<EditedRoutes> then) throws Exception {
        try (var ground = new EditedRoutes(folder, "eu")) {
            ground.camel.getRegistry().bind("waiting", waiting);
            ground.camel.getPropertiesComponent().addInitialProperty("concordat.breach.trial", "1000");
            ground.write("waits.camel.yaml", Files.readString(Path.of("routes/route-configuration.camel.yaml")));
            ground.write("away.camel.yaml", AWAY.formatted("looks", "scheduler:looks") + AWAY.formatted("takes", "seda:takes"));
            ground.start();
            ground.camel.createProducerTemplate().asyncSendBody("seda:takes", "");
            await().atMost(Duration.ofMinutes(2)).until(() -> waiting.has("looks") && waiting.has("takes"));
            then.accept(ground);
        }
    }

    @Test
    void whatIsGivenUpIsNoErrorAndNoRouteGoesOn() throws Exception {
        var waiting = new Waiting(Clock.systemUTC());
        whileRoutesWait(waiting, ground -> { });
        assertThat(said.lines()).hasSize(2).allMatch(line -> line.startsWith("WARN route waits for a part: route="));
        assertThat(waiting.all()).isEmpty();
    }

    @Test
    void whatARouteGivesUpThatIsMendedIsNoErrorEither() throws Exception {
        whileRoutesWait(new Waiting(Clock.systemUTC()), ground -> {
            ground.write("away.camel.yaml", route("looks", "mended") + route("takes", "mended"));
            ground.look();
            assertThat(ground.said("takes")).isEqualTo("mended");
            assertThat(said.lines()).filteredOn(line -> !line.startsWith("INFO")).hasSize(2)
                    .allMatch(line -> line.startsWith("WARN route waits for a part: route="));
        });
    }
}
