package dev.concordat.ledger;

import static dev.concordat.TestPostgres.run;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concordat.TestPostgres;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The bridge's tables in a database that has none of them yet. */
class MigrationIT {
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

    private static void begin(CyclicBarrier all, DataSource database) {
        try {
            all.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Ledgers.migrate(database, "directory");
    }
}
