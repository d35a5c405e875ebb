package dev.concordat.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether a change costs as much where much is kept as on empty ledgers: the same backlog on both, in turns, each on servers of its own
 * and by a bridge that has just started.
 */
@Command(name = "bench/filled", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Throughput and processor time on empty ledgers, and on ledgers with many customers, inbox rows and quarantined changes.")
public final class Filled implements Callable<Integer> {
    private static final String TOPIC = "filled";
    /** The outcomes of earlier changes, their ids as random as real ones. */
    private static final String INBOX = """
            INSERT INTO concordat.inbox (source, id, subject, outcome, contract, receipt, changed_at, ended_at)
            SELECT 'urn:crm:sample', gen_random_uuid()::text, 'customer/F-' || n %% 100000, 'applied', 'customer/1.0.0', 'crm.changes-0@' || n,
                   now() - interval '1 day', now() - interval '1 day' + n * interval '1 millisecond'
            FROM generate_series(1, %d) n""";
    private static final String CUSTOMERS = """
            INSERT INTO ledger.customer (id, given_name, family_name, type, segment, email, phone, residency, status, consent, address, versions)
            SELECT 'F-%1$s-' || n, 'Filled', 'Customer ' || n, 'individual', 'retail', 'filled' || n || '@example.com', '+49151230000', 'DE',
                   'active', true, '{"street": "Weg 1", "city": "Town", "postalCode": "10000", "country": "DE"}', array_fill(1::bigint, ARRAY[12])
            FROM generate_series(1, %2$d) n""";
    private static final String DIRECTORY = """
            INSERT INTO concordat.directory (entity, id, customer, region)
            SELECT 'customer', 'F-%1$s-' || n, 'F-%1$s-' || n, '%1$s' FROM generate_series(1, %2$d) n""";
    private static final String QUARANTINE = """
            INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt)
            SELECT 'urn:crm:sample', gen_random_uuid()::text, 'customer/F-' || n, 'crm-to-ledger', 'customer/1.0.0', 'format',
                   '[{"rule": "format", "contract": "customer/1.0.0", "pointer": "/after/email", "keyword": "format", "sentence": "an e-mail"}]',
                   convert_to(repeat('x', 600), 'UTF8'), 'crm.changes-0@' || n
            FROM generate_series(1, %d) n""";

    @Option(names = "--changes", defaultValue = "100000", description = "In the backlog (default: ${DEFAULT-VALUE}).")
    private int changes;

    @Option(names = "--rounds", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--customers", defaultValue = "1000000", description = "That are there before, over all regions (default: ${DEFAULT-VALUE}).")
    private int customers;

    @Option(names = "--inbox", defaultValue = "10000000", description = "Changes that ended before (default: ${DEFAULT-VALUE}).")
    private int inbox;

    @Option(names = "--quarantined", defaultValue = "100000", description = "Changes in quarantine (default: ${DEFAULT-VALUE}).")
    private int quarantined;

    public static void main(String[] args) {
        // The log is set up by one thread, before many start.
        LoggerFactory.getLogger(Filled.class);
        System.exit(new CommandLine(new Filled()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var empty = new ArrayList<Run.Result>();
        var filled = new ArrayList<Run.Result>();
        for (int round = 0; round < rounds; round++) {
            empty.add(leg(false));
            filled.add(leg(true));
        }
        System.out.printf(Locale.ROOT, "%n%s. %,d changes over %,d customers, medians of %d rounds; filled: %,d customers, %,d inbox rows, "
                        + "%,d quarantined before.%n%n", Report.machine(), changes, changes / 3, rounds, customers, inbox, quarantined);
        System.out.println("| ledgers | changes/s | CPU µs/change | PostgreSQL µs/change | rows wrong | changes lost |\n|---|---:|---:|---:|---:|---:|");
        row("empty", empty);
        row("filled", filled);
        System.out.printf(Locale.ROOT, "%nTime of a change on filled ledgers: %.2f of that on empty ones; processor time %.2f.%n",
                Report.median(empty, Run.Result::perSecond) / Report.median(filled, Run.Result::perSecond),
                Report.median(filled, Filled::processor) / Report.median(empty, Filled::processor));
        return 0;
    }

    private static double processor(Run.Result result) {
        return result.microsPerChange() + result.postgresMicrosPerChange();
    }

    private static void row(String ledgers, List<Run.Result> results) {
        System.out.printf(Locale.ROOT, "| %s | %,.0f | %.0f | %.0f | %,d | %,d |%n", ledgers, Report.median(results, Run.Result::perSecond),
                Report.median(results, Run.Result::microsPerChange), Report.median(results, Run.Result::postgresMicrosPerChange),
                results.stream().mapToLong(result -> result.difference().rows()).max().orElseThrow(),
                results.stream().mapToLong(result -> result.difference().changes()).max().orElseThrow());
    }

    private Run.Result leg(boolean fill) throws Exception {
        try (var servers = Servers.start()) {
            System.err.println(fill ? "filling the ledgers" : "empty ledgers");
            layTables(servers);
            for (String region : Servers.REGIONS) {
                try (Connection ledger = servers.connect("ledger_" + region); Connection directory = servers.connect("directory")) {
                    if (fill) {
                        int share = Servers.REGIONS.size();
                        fill(ledger, CUSTOMERS.formatted(region, customers / share), INBOX.formatted(inbox / share),
                                QUARANTINE.formatted(quarantined / share));
                        fill(directory, DIRECTORY.formatted(region, customers / share));
                    }
                    settle(ledger);
                    settle(directory);
                }
                System.err.println("  " + region + " is ready");
            }
            var traffic = new PeerTraffic(false, 1, changes);
            servers.send(TOPIC, traffic);
            try (var run = new Run(Contestant.CONCORDAT, servers, Expected.of(traffic), TOPIC, Customer.SELECT_LEDGER + " WHERE id NOT LIKE 'F-%'")) {
                return run.measure(false);
            }
        }
    }

    /** A bridge lays its tables when it first starts. */
    private static void layTables(Servers servers) throws Exception {
        servers.topic("nothing");
        try (var bridge = Launch.bridge(servers, "nothing", "nothing", java.util.Map.of())) {
            bridge.mustConsume(servers, Contestant.CONCORDAT, "nothing");
        }
    }

    private static void fill(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            // What is there before was told to the CRM before.
            statement.execute("SET session_replication_role = replica");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void settle(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
            statement.execute("CHECKPOINT");
        }
    }
}
