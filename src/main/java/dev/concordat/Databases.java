package dev.concordat;

import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.contract.Contracts;
import dev.concordat.ledger.Ledgers;
import dev.concordat.residency.ResidencyPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The databases of all lanes and the directory, as the settings name them. */
final class Databases implements AutoCloseable {
    private final Contracts contracts;
    private final ResidencyPolicy policy;
    private final HikariDataSource directory;
    private final Map<String, DataSource> ledgers = new LinkedHashMap<>();
    private final List<HikariDataSource> pools = new ArrayList<>();

    private Databases(Settings settings) {
        this.contracts = Contracts.read(settings.path("concordat.contracts"));
        this.policy = ResidencyPolicy.read(settings.path("concordat.residency"));
        this.directory = pool(settings, "directory", "concordat.directory");
        policy.regions().forEach(region -> ledgers.put(region, pool(settings, region, "concordat.ledger." + region)));
    }

    /**
     * Opens the pools; does not wait for the databases to be there.
     *
     * @param otherAddresses keys of further addresses that whoever opens the databases needs
     * @throws BridgeException with every finding, when contracts or policy are wrong or an address is missing
     */
    static Databases open(Settings settings, String... otherAddresses) {
        var findings = new ArrayList<String>();
        var keys = new ArrayList<>(List.of(otherAddresses));
        var regions = ResidencyPolicy.read(settings.path("concordat.residency"), findings).regions();
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
        var first = new HashMap<String, String>();
        regions.stream().map(region -> "concordat.ledger." + region + ".url").filter(settings::has).forEach(key -> {
            String other = first.putIfAbsent(settings.text(key), key);
            if (other != null) {
                findings.add("'" + key + "' should be another database than '" + other + "': what is of one region must not be in the other's");
            }
        });
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
        return new Databases(settings);
    }

    /** The keys of the addresses of the directory and all ledgers. */
    static List<String> addresses(List<String> regions) {
        return Stream.concat(Stream.of("concordat.directory.url"), regions.stream().map(region -> "concordat.ledger." + region + ".url")).toList();
    }

    private HikariDataSource pool(Settings settings, String name, String prefix) {
        var pool = Ledgers.open(name, settings.text(prefix + ".url"), settings.text(prefix + ".user"),
                settings.text(prefix + ".password"), settings.number("concordat.ledger.connections"));
        pools.add(pool);
        return pool;
    }

    Contracts contracts() {
        return contracts;
    }

    ResidencyPolicy policy() {
        return policy;
    }

    HikariDataSource directory() {
        return directory;
    }

    /** In the order of the policy. */
    Map<String, DataSource> ledgers() {
        return new LinkedHashMap<>(ledgers);
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
    }
}
