package dev.concordat.embedded;

import java.util.Map;
import org.flywaydb.core.Flyway;

/** Lays the sample ledger into databases named ledger_(region), and the sample CRM's tables into the database crm. */
final class SampleSchemas {
    private static final String LEDGER = "ledger_";
    private static final Map<String, Map<String, String>> PLACES = Map.of(
            "eu", place("EUR", "DE", "37040044"),
            "uk", place("GBP", "GB", "NWBK601613"),
            "us", place("USD", "", ""));

    private SampleSchemas() {
    }

    static void migrate(PostgresServer server) {
        for (String database : server.databases()) {
            if (database.startsWith(LEDGER)) {
                String region = database.substring(LEDGER.length());
                migrate(server, database, "ledger", PLACES.getOrDefault(region, PLACES.get("us")));
            } else if (database.equals("crm")) {
                migrate(server, database, "crm", Map.of());
            }
        }
    }

    /** Each location has its own history table, because the bridge's own tables may lie in the same database. */
    private static void migrate(PostgresServer server, String database, String location, Map<String, String> place) {
        Flyway.configure()
                .dataSource(server.jdbcUrl(database), PostgresServer.USER, server.password())
                .locations("classpath:db/" + location)
                .table("flyway_" + location)
                .baselineOnMigrate(true).baselineVersion("0")
                .placeholders(place)
                .load().migrate();
    }

    private static Map<String, String> place(String currency, String country, String bank) {
        return Map.of("currency", currency, "iban.country", country, "iban.bank", bank);
    }
}
