package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.TestPostgres;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class SqlNameIT {
    @Test
    void theWordsOfSqlAreThoseOfPostgreSql() throws Exception {
        var reserved = new ArrayList<String>();
        try (var postgres = TestPostgres.start(); var connection = postgres.getPostgresDatabase().getConnection();
                var rows = connection.createStatement().executeQuery("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")) {
            while (rows.next()) {
                reserved.add(rows.getString(1));
            }
        }
        assertThat(reserved).hasSizeGreaterThan(90).allMatch(SqlName::isReserved);
    }
}
