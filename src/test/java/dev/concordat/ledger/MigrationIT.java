package dev.concordat.ledger;

import static dev.concordat.TestPostgres.number;
import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.BridgeException;
import dev.concordat.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.common.BaseDataSource;

/** The bridge's tables in a database that has none of them yet. */
class MigrationIT {
    private static final Address ADDRESS = Address.directory("jdbc:postgresql:directory");
    private static final int DATABASES = 4;
    private static final int BRIDGES = 3;

    /** Flyway alone refused one database of about thirty. */
    @Test
    void bridgesThatBeginAtTheSameMomentWaitForEachOther() throws Exception {
        try (var postgres = TestPostgres.start()) {
            for (int i = 0; i < DATABASES; i++) {
                run(postgres.getPostgresDatabase(), "CREATE DATABASE fresh" + i);
                var database = postgres.getDatabase("postgres", "fresh" + i);
                var all = new CyclicBarrier(BRIDGES);
                var begun = IntStream.range(0, BRIDGES).mapToObj(bridge -> CompletableFuture.runAsync(() -> begin(all, database),
                        work -> new Thread(work).start())).toArray(CompletableFuture[]::new);
                assertThatCode(() -> CompletableFuture.allOf(begun).get()).doesNotThrowAnyException();
            }
        }
    }

    /** As an index of a large table does. */
    @Test
    void whoeverFindsAnotherBridgeAtWorkForLongIsToldWhichAndMayComeAgain() throws Exception {
        try (var postgres = TestPostgres.start(); var program = postgres.getPostgresDatabase().getConnection(); var statement = program.createStatement()) {
            var database = postgres.getPostgresDatabase();
            ((BaseDataSource) database).setApplicationName("concordat");
            statement.execute("SET application_name = 'concordat'");
            program.setAutoCommit(false);
            statement.execute("CREATE SCHEMA concordat");
            var first = CompletableFuture.runAsync(() -> Ledgers.prepare(database, ADDRESS, List.of()));
            await().atMost(Duration.ofMinutes(5)).until(() -> number(database, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            assertThatThrownBy(() -> Ledgers.prepare(database, ADDRESS, List.of())).isInstanceOf(BridgeException.class).matches(Ledgers::busy).matches(Ledgers::away)
                    .hasMessageMatching("the directory at .* cannot be prepared: another bridge is laying what it needs there: "
                            + "the one on 127.0.0.1, session \\d+ since .*Z");
            program.rollback();
            assertThatCode(first::get).doesNotThrowAnyException();
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('concordat.prepare'))");
            assertThatThrownBy(() -> Ledgers.prepare(database, ADDRESS, List.of())).isInstanceOf(BridgeException.class).matches(Ledgers::busy)
                    .hasMessageContaining(", session " + number(database, "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'") + " since ");
            program.rollback();
            assertThat(Ledgers.prepare(database, ADDRESS, List.of())).isEmpty();
        }
    }

    private static void begin(CyclicBarrier all, DataSource database) {
        try {
            all.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        while (true) {
            try {
                Ledgers.migrate(database, "directory");
                return;
            } catch (FlywayException e) {
                // On a slow machine the others are at it for longer than one waits at once.
                if (!OtherBridge.isAtWork(e)) {
                    throw e;
                }
            }
        }
    }
}
