package dev.concordat.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.AuditTerms;
import dev.concordat.TestPostgres;
import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Ledgers;
import dev.concordat.residency.Policies;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two regions, a directory and a CRM that really answer, PostgreSQL and HTTP; started for a class of tests, and empty before each. */
public final class AuditGround implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    /** When what has rested was written. */
    static final String OLD = "2026-11-22T09:00:00Z";
    /** By the delivered contracts, without their SQL rules. */
    static final AuditPlan DELIVERED = AuditTerms.of(Contracts.read(Path.of("contracts")), Policies.read(Path.of("config/residency.yaml")))
            .withCounts(List.of());
    private static final ObjectMapper JSON = new ObjectMapper();
    public final Map<String, DataSource> regions = new LinkedHashMap<>();
    private final List<HikariDataSource> pools = new ArrayList<>();
    public DataSource directory;

    static {
        // Head and body of an answer are two packets: without it, the second waits for the client's word on the first, 40 ms a page.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    final AtomicInteger busy = new AtomicInteger();
    /** The paths that the CRM was asked for. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    private EmbeddedPostgres postgres;
    private HttpServer crm;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Map<String, NavigableMap<String, ObjectNode>> records =
            Map.of("customers", new ConcurrentSkipListMap<>(), "accounts", new ConcurrentSkipListMap<>());

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, SQLException {
        postgres = TestPostgres.start();
        directory = database("directory", "directory");
        regions.put("eu", database("eu", "lane", "ledger"));
        regions.put("uk", database("uk", "lane", "ledger"));
        crm = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        crm.createContext("/", this::answer);
        crm.setExecutor(workers);
        crm.start();
    }

    private DataSource database(String name, String... migrations) throws SQLException {
        run(postgres.getPostgresDatabase(), "CREATE DATABASE " + name);
        var source = Ledgers.open(name, postgres.getJdbcUrl("postgres", name), "postgres", "", 10);
        pools.add(source);
        for (String migration : migrations) {
            Flyway.configure().dataSource(source).locations("classpath:db/" + migration)
                    .table("flyway_" + migration).baselineOnMigrate(true).baselineVersion("0")
                    .placeholders(Map.of("currency", "EUR", "iban.country", "DE", "iban.bank", "50010517"))
                    .load().migrate();
        }
        return source;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        clear();
    }

    /** Two customers and an account of each, of whom all agree. */
    void plantWhatAgrees() throws SQLException {
        customer("c1", "eu", "active", false);
        customer("c2", "uk", "suspended", true);
        account("a1", "c1", "eu");
        account("a2", "c2", "uk");
        run("uk", "UPDATE ledger.account SET postings_blocked = true");
    }

    /** What happens before an audit looks again. */
    interface Meanwhile {
        void happens() throws SQLException, IOException;
    }

    Audit audit(AuditPlan plan, Meanwhile meanwhile) {
        return new Audit(regions, directory, reader(), plan, CLOCK, duration -> {
            try {
                meanwhile.happens();
            } catch (SQLException | IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** An audit for which nothing happens meanwhile. */
    Audit audit(AuditPlan plan) {
        return audit(plan, () -> {
        });
    }

    HttpCrmReader reader() {
        return new HttpCrmReader(HttpCrmReader.Source.of(crm()), CLOCK, duration -> {
        });
    }

    /** All findings, so that a test also fails for one too many. */
    static List<String> found(AuditReport report) {
        return report.findings().stream().flatMap(tally -> tally.examples().stream())
                .map(finding -> finding.kind().word() + " " + finding.region() + " " + finding.entity() + " " + finding.id()).toList();
    }

    public URI crm() {
        return URI.create("http://127.0.0.1:" + crm.getAddress().getPort());
    }

    /** A customer that CRM, directory and ledger agree on. */
    public void customer(String id, String region, String status, boolean blocked) throws SQLException {
        crmCustomer(id, status, OLD);
        placed("customer", id, id, region);
        ledgerCustomer(id, region, status, blocked);
    }

    /** An account that all agree on, with one transaction booked. */
    public void account(String id, String customer, String region) throws SQLException {
        crmAccount(id, customer, 100L, OLD);
        placed("account", id, customer, region);
        ledgerAccount(id, customer, region);
    }

    void ledgerCustomer(String id, String region, String status, boolean blocked) throws SQLException {
        run(region, "INSERT INTO ledger.customer (id, family_name, status, postings_blocked) VALUES ('" + id
                + "', 'Geheim', '" + status + "', " + blocked + ")");
    }

    void ledgerAccount(String id, String customer, String region) throws SQLException {
        run(region, "INSERT INTO ledger.account (id, customer_id, booked_balance) VALUES ('" + id + "', '" + customer
                + "', 100); INSERT INTO ledger.posting (reference, leg, account_id, general, amount, currency)"
                + " VALUES ('t-"
                + id + "', 1, '" + id + "', NULL, 100, 'EUR'), ('t-" + id + "', 2, NULL, 'cash', -100, 'EUR')");
    }

    void placed(String entity, String id, String customer, String region) throws SQLException {
        run(directory, "INSERT INTO concordat.directory (entity, id, customer, region) VALUES ('" + entity + "', '" + id
                + "', '" + customer + "', '" + region + "')");
    }

    public void crmCustomer(String id, String status, String updatedAt) {
        records.get("customers").put(id, JSON.createObjectNode().put("id", id).put("version", 1)
                .put("familyName", "Geheim").put("status", status).put("updatedAt", updatedAt));
    }

    void crmAccount(String id, String customer, Long booked, String updatedAt) {
        records.get("accounts").put(id, JSON.createObjectNode().put("id", id).put("version", 1)
                .put("customer", customer).put("bookedBalance", booked).put("updatedAt", updatedAt));
    }

    /** Sets fields of a record of the CRM; null takes one away. */
    void crmSets(String collection, String id, String fields) throws IOException {
        JSON.readTree(fields).properties().forEach(field -> {
            if (field.getValue().isNull()) {
                records.get(collection).get(id).remove(field.getKey());
            } else {
                records.get(collection).get(id).set(field.getKey(), field.getValue());
            }
        });
    }

    /** A change that ended in the inbox after so many seconds. */
    void ended(String region, String id, String outcome, double seconds) throws SQLException {
        run(region, "INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at,"
                + " ended_at)"
                + " VALUES ('urn:crm', '" + id + "', 'customer/" + id + "', '" + outcome + "', 'customer/1.0.0', '" + id
                + "', '2026-11-22T09:00:00Z', timestamptz '2026-11-22T09:00:00Z' + interval '" + seconds + " s')");
    }

    void quarantined(String region, String id, String subject, String rule, String state) throws SQLException {
        quarantined(region, id, subject, rule, state, "crm-to-ledger");
    }

    void quarantined(String region, String id, String subject, String rule, String state, String direction)
            throws SQLException {
        run(region, "INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches,"
                + " original,"
                + " receipt, state, quarantined_at, state_at) VALUES ('urn:crm', '" + id + "', '" + subject + "', '"
                + direction + "', 'customer/1.0.0', '" + rule + "', '[{\"rule\":\"" + rule
                + "\",\"contract\":\"customer/1.0.0\",\"pointer\":\"/after/phones/7\",\"keyword\":\"pattern\","
                + "\"sentence\":\"wrong\"}]', '{\"phone\":\"+4915112345678\"}', '" + id + "', '" + state
                + "', '2026-11-22T09:10:00Z', '2026-11-22T09:20:00Z')");
    }

    /** Gives a quarantined change its bytes. */
    void holds(String region, String id, String change) throws SQLException {
        run(region, "UPDATE concordat.quarantine SET original = convert_to('" + change + "', 'UTF8') WHERE id = '" + id + "'");
    }

    void parked(String region, String account, String parent, Instant at) throws SQLException {
        run(region, "INSERT INTO concordat.parked (source, id, subject, parent, contract, receipt, original,"
                + " changed_at,"
                + " parked_at) VALUES ('urn:crm', 'p-" + account + "', 'account/" + account + "', '" + parent
                + "', 'account/1.0.0', 'r', '', '" + at + "', '" + at + "')");
    }

    public void run(String region, String sql) throws SQLException {
        run(regions.get(region), sql);
    }

    public static void run(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Empties everything that a test may have filled. */
    void clear() throws SQLException {
        for (String region : List.of("eu", "uk")) {
            run(region, "TRUNCATE ledger.posting, ledger.account, ledger.customer, concordat.inbox,"
                    + " concordat.duplicate,"
                    + " concordat.parked, concordat.quarantine, concordat.note, concordat.outbox, concordat.sent,"
                    + " concordat.forgotten");
        }
        run(directory, "TRUNCATE concordat.directory, concordat.drift, concordat.observed, concordat.audit");
        records.values().forEach(Map::clear);
        busy.set(0);
        asked.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                exchange.getResponseHeaders().add("Retry-After", "7");
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            asked.add(exchange.getRequestURI().getPath());
            String[] path = exchange.getRequestURI().getPath().split("/");
            ObjectNode found = path.length < 3 ? page(exchange.getRequestURI())
                    : records.get(path[1]).get(URLDecoder.decode(path[2], StandardCharsets.UTF_8));
            byte[] body = JSON.writeValueAsBytes(found);
            exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private ObjectNode page(URI asked) {
        String collection = asked.getPath().substring(1);
        Map<String, String> query = new TreeMap<>();
        for (String pair : asked.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        int limit = Math.min(3, Integer.parseInt(query.get("limit")));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode items = answer.putArray("items");
        records.get(collection).tailMap(query.get("after"), false).values().stream().limit(limit).forEach(items::add);
        String last = items.isEmpty() ? null : items.get(items.size() - 1).get("id").asText();
        boolean more = last != null && records.get(collection).higherKey(last) != null;
        return answer.put("next", more ? "/" + collection + "?after=" + last + "&limit=" + limit : null);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        crm.stop(0);
        workers.shutdownNow();
        pools.forEach(HikariDataSource::close);
        postgres.close();
    }
}
