package dev.concordat;

import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Address;
import dev.concordat.ledger.Inspection;
import dev.concordat.ledger.LaneLedger;
import dev.concordat.ledger.Ledgers;
import dev.concordat.ledger.Residents;
import dev.concordat.residency.ResidencyPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The databases of all lanes and the directory, as the settings name them. */
final class Databases implements AutoCloseable {
    /** A pool whose database is away ends with its last try to connect to it, after up to 5 s more. */
    private static final int PATIENCE_SECONDS = 2;

    private final Supplier<Contracts> contracts;
    private final ResidencyPolicy policy;
    private final Map<Address, HikariDataSource> pools = new LinkedHashMap<>();
    private final Address directory;
    private final Map<String, Address> ledgers;

    /** @param ledgers by their regions */
    private record Addresses(ResidencyPolicy policy, Address directory, Map<String, Address> ledgers) {
    }

    private Databases(Settings settings, Addresses addresses, Supplier<Contracts> contracts) {
        this.contracts = contracts;
        this.policy = addresses.policy;
        this.directory = addresses.directory;
        this.ledgers = addresses.ledgers;
        Stream.concat(Stream.of(directory), ledgers.values().stream()).forEach(address -> pools.put(address, Ledgers.open(address,
                settings.text(address.key() + ".user"), settings.text(address.key() + ".password"), settings.number("concordat.ledger.connections"))));
    }

    /**
     * Opens the pools; does not wait for the databases to be there.
     *
     * @param otherAddresses keys of further addresses that whoever opens the databases needs
     * @throws BridgeException with every finding, when contracts or policy are wrong or an address is missing
     */
    static Databases open(Settings settings, String... otherAddresses) {
        var addresses = read(settings, otherAddresses);
        var contracts = Contracts.read(settings.path("concordat.contracts"));
        return new Databases(settings, addresses, () -> contracts);
    }

    /**
     * As {@link #open}, beside a bridge that goes on under the contracts in force, whatever is wrong with those on disk: they are read where they are
     * asked for, and only there wrong.
     */
    static Databases openBeside(Settings settings, String... otherAddresses) {
        return new Databases(settings, read(settings, otherAddresses), () -> Contracts.read(settings.path("concordat.contracts")));
    }

    private static Addresses read(Settings settings, String... otherAddresses) {
        var findings = new ArrayList<String>();
        var keys = new ArrayList<>(List.of(otherAddresses));
        var policy = ResidencyPolicy.read(settings.path("concordat.residency"), findings);
        var regions = policy.regions();
        keys.addAll(addresses(regions));
        keys.stream().filter(key -> !settings.has(key)).forEach(key -> findings.add("'" + key + "' is empty; it should be set in the "
                + "settings file or as " + key.toUpperCase(Locale.ROOT).replace('.', '_')
                + ", or a bridge with embedded parts should run"));
        settings.ofRegions().forEach((key, region) -> {
            if (!regions.contains(region)) {
                findings.add("'" + key + "' is set for a region that '" + settings.text("concordat.residency") + "' does not name; it names "
                        + String.join(", ", regions));
            }
        });
        var directory = Address.directory(settings.text("concordat.directory.url"));
        var ledgers = new LinkedHashMap<String, Address>();
        regions.forEach(region -> ledgers.put(region, Address.ledger(region, settings.text("concordat.ledger." + region + ".url"))));
        var first = new HashMap<String, Address>();
        Stream.concat(Stream.of(directory), ledgers.values().stream()).filter(address -> !address.url().isEmpty()).forEach(address -> {
            var other = first.putIfAbsent(address.url(), address);
            if (other != null) {
                findings.add(other.alike(address));
            }
        });
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
        return new Addresses(policy, directory, ledgers);
    }

    /** The keys of the addresses of the directory and all ledgers. */
    static List<String> addresses(List<String> regions) {
        return Stream.concat(Stream.of("concordat.directory.url"), regions.stream().map(region -> "concordat.ledger." + region + ".url")).toList();
    }

    Contracts contracts() {
        return contracts.get();
    }

    ResidencyPolicy policy() {
        return policy;
    }

    /** Looks at the directory and all ledgers; lays nothing. */
    Inspection inspect() {
        return inspect(ledgers.keySet());
    }

    private Inspection inspect(Collection<String> regions) {
        var databases = new LinkedHashMap<Address, DataSource>();
        databases.put(directory, directory());
        regions.forEach(region -> databases.put(ledgers.get(region), pools.get(ledgers.get(region))));
        return Inspection.of(databases, new Residents(contracts, policy));
    }

    /**
     * Looks at what a command is going to use; what is away is for the command to tell of.
     *
     * @param regions whose ledgers it uses beside the directory
     * @throws BridgeException with every address that leads to another database than it should
     */
    Databases checked(Collection<String> regions) {
        var contradictions = inspect(regions).contradictions();
        if (!contradictions.isEmpty()) {
            throw new BridgeException(String.join("\n", contradictions));
        }
        return this;
    }

    /** Lays or updates the tables of the directory. */
    void prepareDirectory() {
        Ledgers.prepare(directory(), directory, List.of());
    }

    HikariDataSource directory() {
        return pools.get(directory);
    }

    /** In the order of the policy. */
    Map<String, DataSource> ledgers() {
        var databases = new LinkedHashMap<String, DataSource>();
        ledgers.forEach((region, address) -> databases.put(region, pools.get(address)));
        return databases;
    }

    /** Ledgers that lend no connection until they have what is demanded; in the order of the policy. */
    Map<String, LaneLedger> lanes() {
        var lanes = new LinkedHashMap<String, LaneLedger>();
        ledgers.forEach((region, address) -> lanes.put(region, new LaneLedger(pools.get(address), address)));
        return lanes;
    }

    /** Waits for each pool whose database is there; the others end by themselves. */
    @Override
    public void close() {
        CompletableFuture.allOf(pools.values().stream().map(pool -> CompletableFuture.runAsync(pool::close, Databases::meanwhile))
                .toArray(CompletableFuture[]::new)).completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** What is closed by a thread of its own holds nobody up who does not wait for it. */
    static void meanwhile(Runnable work) {
        var thread = new Thread(work, "close-meanwhile");
        thread.setDaemon(true);
        thread.start();
    }
}
