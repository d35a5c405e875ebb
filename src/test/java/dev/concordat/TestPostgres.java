package dev.concordat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A PostgreSQL of its own for a test: with all the time it needs to start, and with statistics that only the test renews. */
public final class TestPostgres {
    private TestPostgres() {
    }

    public static EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(5)).setServerConfig("autovacuum", "off").setServerConfig("fsync", "off").start();
    }

    /** A statement of the routes, such as {@code forget-ended.sql}, as it stands in its file. */
    public static String statement(String file) {
        try (var in = TestPostgres.class.getResourceAsStream("/sql/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
