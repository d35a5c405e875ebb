package dev.concordat;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.ledger.Address;
import dev.concordat.ledger.Ledgers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

class GatheringIT {
    @Test
    void whatIsNotedIsGatheredOnceALaneHasClaimedAllAndOnceAMinute() throws Exception {
        try (var postgres = TestPostgres.start(); var camel = RouteGround.context(List.of("eu"), Map.of())) {
            var lane = postgres.getPostgresDatabase();
            Ledgers.prepare(lane, Address.ledger("eu", ""), List.of());
            camel.getRegistry().bind("ledger-eu", lane);
            RouteGround.load(camel);
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("ledger-to-crm.camel.yaml",
                    Files.readString(Path.of("routes/lane/ledger-to-crm.camel.yaml")).replace("{{region}}", "eu")));
            AdviceWith.adviceWith(camel, "gather-eu", route -> route.replaceFromWith("direct:minute"));
            AdviceWith.adviceWith(camel, "export-eu", route -> {
                route.replaceFromWith("direct:export");
                route.weaveById("read-ledger-eu").replace().setBody(exchange -> List.of());
            });
            camel.start();
            run(lane, "INSERT INTO concordat.outbox (entity, id) SELECT 'customer', 'C-' || n FROM generate_series(1, 150) n");
            run(lane, "INSERT INTO concordat.note (entity, id) VALUES ('customer', 'C-151')");
            try (var template = camel.createProducerTemplate()) {
                assertThat(looksAgain(template, "direct:export")).isTrue();
                assertThat(notes(lane)).as("a hundred were claimed, which is all that there was room for").isEqualTo(1);
                assertThat(looksAgain(template, "direct:minute")).isTrue();
                assertThat(notes(lane)).isZero();
                assertThat(looksAgain(template, "direct:minute")).isFalse();

                assertThat(looksAgain(template, "direct:export")).as("51 were claimed").isTrue();
                run(lane, "INSERT INTO concordat.note (entity, id) VALUES ('customer', 'C-152')");
                assertThat(looksAgain(template, "direct:export")).as("none was claimed").isTrue();
                assertThat(notes(lane)).isZero();
                assertThat(number(lane, "SELECT count(*) FROM concordat.outbox")).isEqualTo(152);
                assertThat(looksAgain(template, "direct:export")).as("one was claimed").isTrue();
                assertThat(looksAgain(template, "direct:export")).isFalse();
            }
        }
    }

    private static boolean looksAgain(ProducerTemplate template, String route) {
        return template.send(route, exchange -> { }).getProperty("CamelSchedulerPolledMessages", Boolean.class);
    }

    private static long notes(DataSource lane) throws SQLException {
        return number(lane, "SELECT count(*) FROM concordat.note");
    }
}
