package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.concordat.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class UsedSignaturesIT {
    /** Each adds one as a bridge there does, which a bridge anywhere else still knows, until it is an hour old. */
    @Test
    void howLongASignatureIsKeptDependsOnNoTimeZone() throws Exception {
        TimeZone here = TimeZone.getDefault();
        try (var postgres = TestPostgres.start()) {
            for (String zone : new String[] {"Pacific/Auckland", "UTC", "America/Los_Angeles"}) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                try (var used = new UsedSignatures(postgres.getPostgresDatabase())) {
                    used.start();
                    assertThat(used.add(zone)).isTrue();
                    assertThat(used.add(zone)).isFalse();
                }
            }
            for (String zone : new String[] {"Pacific/Auckland", "UTC", "America/Los_Angeles"}) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                assertThat(forgotten(postgres)).as("in " + zone).isZero();
            }
            try (var connection = postgres.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE camel_messageprocessed SET createdat = createdat - interval '1 hour'");
            }
            assertThat(forgotten(postgres)).isEqualTo(3);
        } finally {
            TimeZone.setDefault(here);
        }
    }

    /** The change is durable in Kafka by then; a commit for each webhook would cost more than anything else it does. */
    @Test
    void anEntryDoesNotWaitForTheDisk() throws Exception {
        try (var postgres = TestPostgres.start(); var used = new UsedSignatures(postgres.getPostgresDatabase());
                var connection = postgres.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
            // The database of the tests waits for no disk by itself.
            statement.execute("ALTER DATABASE postgres SET synchronous_commit = on");
            statement.execute("SET synchronous_commit = on");
            used.start();
            statement.execute("ALTER TABLE camel_messageprocessed ADD waits text DEFAULT current_setting('synchronous_commit')");
            assertThat(used.add("v1,once")).isTrue();
            statement.execute("INSERT INTO camel_messageprocessed VALUES ('of', 'another', now())");
            try (var rows = statement.executeQuery("SELECT string_agg(messageid || ' ' || waits, ', ' ORDER BY messageid) FROM camel_messageprocessed")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("another on, v1,once off");
            }
        }
    }

    /** As the route forgets. */
    private static int forgotten(EmbeddedPostgres postgres) throws Exception {
        String sql = null;
        for (JsonNode uri : new YAMLMapper().readTree(Path.of("routes/housekeeping.camel.yaml").toFile()).findValues("uri")) {
            sql = uri.asText().contains("camel_messageprocessed") ? uri.asText().substring("sql:".length()) : sql;
        }
        try (var connection = postgres.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}
