package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.crm.Gathering;
import dev.concordat.ledger.Ledgers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

class GatheringIT {
    private static final Duration SOON = Duration.ofMinutes(5);

    private final AtomicLong now = new AtomicLong();
    /** How often the route has looked whether it gathers, or has found nothing to gather. */
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void whileALaneClaimsAllThatItHasRoomForNotesAreGatheredOnceAMinute() throws Exception {
        try (var postgres = TestPostgres.start(); var camel = RouteGround.context(List.of("eu"), Map.of())) {
            var lane = postgres.getPostgresDatabase();
            Ledgers.prepare(lane, "lane", List.of());
            camel.getRegistry().bind("ledger-eu", lane);
            camel.getRegistry().bind("gathering", new Gathering(() -> {
                looks.incrementAndGet();
                return now.get();
            }));
            RouteGround.load(camel);
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("ledger-to-crm.camel.yaml",
                    Files.readString(Path.of("routes/lane/ledger-to-crm.camel.yaml")).replace("{{region}}", "eu")));
            AdviceWith.adviceWith(camel, "export-eu", route -> {
                route.replaceFromWith("direct:export");
                route.weaveById("read-ledger-eu").replace().setBody(exchange -> List.of());
            });
            camel.start();
            run(lane, "INSERT INTO concordat.outbox (entity, id) SELECT 'customer', 'C-' || n FROM generate_series(1, 150) n");
            try (var template = camel.createProducerTemplate()) {
                template.sendBody("direct:export", null);
                awaitLooks();
                note(lane, "C-151");
                awaitLooks();
                assertThat(notes(lane)).as("a hundred were claimed, which is all that there was room for").isEqualTo(1);

                now.addAndGet(Duration.ofMinutes(1).toNanos());
                await().atMost(SOON).until(() -> notes(lane) == 0);
                assertThat(number(lane, "SELECT count(*) FROM concordat.outbox")).isEqualTo(151);

                note(lane, "C-152");
                template.sendBody("direct:export", null);
                await("less was claimed than there was room for").atMost(SOON).until(() -> notes(lane) == 0);
            }
        }
    }

    /** A look that had begun before has ended then, and another one after it. */
    private void awaitLooks() {
        int before = looks.get();
        await().atMost(SOON).until(() -> looks.get() > before + 2);
    }

    private static void note(DataSource lane, String id) throws SQLException {
        run(lane, "INSERT INTO concordat.note (entity, id) VALUES ('customer', '" + id + "')");
    }

    private static long notes(DataSource lane) throws SQLException {
        return number(lane, "SELECT count(*) FROM concordat.note");
    }

    private static void run(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection(); var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
