package dev.concordat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;

/** A PostgreSQL of its own for a test: with all the time it needs to start, and with statistics that only the test renews. */
public final class TestPostgres {
    private TestPostgres() {
    }

    public static EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(5)).setServerConfig("autovacuum", "off").setServerConfig("fsync", "off").start();
    }
}
