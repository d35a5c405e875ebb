package dev.concordat;

import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.contract.Contracts;
import dev.concordat.embedded.DataFolder;
import dev.concordat.embedded.EmbeddedParts;
import dev.concordat.embedded.Part;
import dev.concordat.ledger.Ledgers;
import dev.concordat.residency.ResidencyPolicy;
import dev.concordat.sample.Faults;
import dev.concordat.sample.SampleCrm;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Starts embedded whatever has no address, and completes the settings with the addresses. */
final class Surroundings implements AutoCloseable {
    /** Where other commands on this machine find the embedded parts of a running bridge. */
    private static final String ADDRESSES = "addresses.properties";
    private static final String LEDGER = "ledger_";
    private static final Pattern LOGIN = Pattern.compile("\\.(user|password)$");

    private final EmbeddedParts parts;
    private final Set<Part> needed;
    private final List<String> regions;
    private final List<String> databases;
    private volatile HikariDataSource crmDatabase;
    private volatile SampleCrm crm;
    private Settings settings;

    /** @param databases of which an embedded one is needed */
    private Surroundings(EmbeddedParts parts, Set<Part> needed, List<String> regions, List<String> databases, Settings settings) {
        this.parts = parts;
        this.needed = needed;
        this.regions = regions;
        this.databases = databases;
        this.settings = settings;
    }

    /** Takes the data folder for this process where anything has to be embedded; starts nothing yet. */
    static Surroundings open(Settings settings, Consumer<String> progress) {
        var findings = new ArrayList<String>();
        var regions = ResidencyPolicy.read(settings.path("concordat.residency"), findings).regions();
        var databases = databases(settings, regions);
        Set<Part> needed = EnumSet.noneOf(Part.class);
        if (!databases.isEmpty()) {
            needed.add(Part.POSTGRES);
        }
        if (!settings.has("concordat.kafka.brokers")) {
            needed.add(Part.KAFKA);
        }
        if (!settings.has("concordat.activemq.url")) {
            needed.add(Part.ACTIVEMQ);
        }
        if (needed.isEmpty() || !embeddable()) {
            // What is wrong is told with all else when the bridge starts.
            return new Surroundings(null, Set.of(), regions, databases, settings);
        }
        checkLedgers(settings, regions, findings);
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
        return new Surroundings(EmbeddedParts.open(settings.path("concordat.data"), progress), needed, regions, databases, settings);
    }

    /** Starts the parts; {@link #close} stops them at any time, also while they start. */
    void start(long seed, Faults faults, Clock clock, Consumer<String> progress) {
        if (parts == null) {
            return;
        }
        parts.startAll(needed, databases);
        addColumns();
        settings = complete(settings, parts, needed, regions);
        Path data = settings.path("concordat.data");
        if (databases.contains("crm")) {
            crmDatabase = Ledgers.open("crm", parts.jdbcUrl("crm"), parts.databaseUser(), parts.databasePassword("crm"), 10);
            crm = new SampleCrm(crmDatabase, seed, faults, clock);
            progress.accept("sample CRM ready on " + crm.address());
            settings = settings.with("concordat.crm.url", crm.address().toString());
            if (!settings.has("concordat.webhook.secret")) {
                settings = settings.with("concordat.webhook.secret", secret(data));
            }
        }
        tell(data, settings, regions);
    }

    /** Of the ledgers that are embedded. What is wrong with contracts is told with all else when the bridge starts. */
    private void addColumns() {
        var ledgers = databases.stream().filter(database -> database.startsWith(LEDGER)).toList();
        if (ledgers.isEmpty()) {
            return;
        }
        Contracts contracts;
        try {
            contracts = Contracts.read(settings.path("concordat.contracts"));
        } catch (BridgeException e) {
            return;
        }
        for (String database : ledgers) {
            try (var ledger = Ledgers.open(database, parts.jdbcUrl(database), parts.databaseUser(), parts.databasePassword(database), 1)) {
                EmbeddedColumns.add(contracts, database, ledger);
            }
        }
    }

    /** Deletes what embedded parts of earlier starts kept; before {@link #start}. */
    void empty() {
        if (parts == null) {
            EmbeddedParts.empty(settings.path("concordat.data"));
        } else {
            parts.empty();
        }
    }

    /** The container image has no embedded parts; there, every address that is missing is told when the bridge starts. */
    private static boolean embeddable() {
        try {
            Class.forName("kafka.server.KafkaRaftServer", false, Surroundings.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** A forgotten address is no wish: a region's customers would be kept on this machine. */
    private static void checkLedgers(Settings settings, List<String> regions, List<String> findings) {
        var keys = Databases.addresses(regions);
        var missing = keys.stream().filter(key -> !settings.has(key)).toList();
        if (!missing.isEmpty() && missing.size() < keys.size()) {
            missing.forEach(key -> findings.add("'" + key + "' is empty; it should be set, as other databases are, or none should be: "
                    + "embedded ones beside real ones are not started"));
        }
    }

    private static List<String> databases(Settings settings, List<String> regions) {
        var databases = new ArrayList<String>();
        regions.stream().filter(region -> !settings.has("concordat.ledger." + region + ".url"))
                .forEach(region -> databases.add(LEDGER + region));
        if (!settings.has("concordat.directory.url")) {
            databases.add("directory");
        }
        if (!settings.has("concordat.crm.url")) {
            databases.add("crm");
        }
        return databases;
    }

    private static Settings complete(Settings settings, EmbeddedParts parts, Set<Part> started, List<String> regions) {
        Settings complete = settings;
        if (started.contains(Part.KAFKA)) {
            complete = complete.with("concordat.kafka.brokers", parts.kafkaBootstrap());
        }
        if (started.contains(Part.ACTIVEMQ)) {
            complete = complete.with("concordat.activemq.url", parts.activemqUrl());
        }
        complete = database(complete, parts, "concordat.directory", "directory");
        for (String region : regions) {
            complete = database(complete, parts, "concordat.ledger." + region, LEDGER + region);
        }
        return complete;
    }

    private static Settings database(Settings settings, EmbeddedParts parts, String prefix, String database) {
        return settings.has(prefix + ".url") ? settings : settings.with(prefix + ".url", parts.jdbcUrl(database))
                .with(prefix + ".user", parts.databaseUser()).with(prefix + ".password", parts.databasePassword(database));
    }

    /** The secret that the sample CRM signs with: made once, kept beside the data. */
    private static String secret(Path data) {
        Path file = data.resolve("webhook-secret");
        try {
            if (Files.notExists(file)) {
                byte[] random = new byte[32];
                new SecureRandom().nextBytes(random);
                writePrivate(file, "whsec_" + Base64.getEncoder().encodeToString(random));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new BridgeException("[" + file + "] cannot be read or written", e);
        }
    }

    /** Writes what {@link #find} reads. */
    static void tell(Path data, Settings settings, List<String> regions) {
        var keys = new ArrayList<>(List.of("concordat.kafka.brokers", "concordat.activemq.url", "concordat.directory.url",
                "concordat.directory.user", "concordat.directory.password", "concordat.crm.url"));
        regions.forEach(region -> List.of("url", "user", "password")
                .forEach(part -> keys.add("concordat.ledger." + region + "." + part)));
        var addresses = new Properties();
        keys.forEach(key -> addresses.setProperty(key, settings.text(key)));
        var text = new StringWriter();
        try {
            addresses.store(text, "Where the embedded parts of the running bridge are; rewritten at every start.");
            writePrivate(data.resolve(ADDRESSES), text.toString());
        } catch (IOException e) {
            throw new BridgeException("[" + data.resolve(ADDRESSES) + "] cannot be written", e);
        }
    }

    private static void writePrivate(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    /**
     * The settings completed with the addresses of a bridge that runs embedded parts on this machine; those of settings that name all servers are left as
     * they are, whatever an earlier start has left in the data folder.
     *
     * @param given the options that say which bridge it is
     * @throws BridgeException where they are known and the bridge does not run
     */
    static Settings find(Settings settings, String given) {
        Path data = settings.path("concordat.data");
        Path file = data.resolve(ADDRESSES);
        if (Files.notExists(file)) {
            return settings;
        }
        Properties addresses;
        try (var in = Files.newInputStream(file)) {
            addresses = Settings.load(in);
        } catch (IOException e) {
            throw new BridgeException("[" + file + "] cannot be read", e);
        }
        Settings complete = settings;
        for (String key : addresses.stringPropertyNames()) {
            // A login without its address is that of another server.
            if (!addresses.getProperty(key).isEmpty() && !settings.has(key) && !settings.has(LOGIN.matcher(key).replaceFirst(".url"))) {
                complete = complete.with(key, addresses.getProperty(key));
            }
        }
        if (complete != settings && !DataFolder.isInUse(data)) {
            throw new BridgeException("no bridge runs with data folder '" + data.toAbsolutePath().normalize() + "'; start one with ./concordat run"
                    + given + ", or name the folder of the one that runs with --data");
        }
        return complete;
    }

    /** The settings with every address known. */
    Settings settings() {
        return settings;
    }

    /** Null where the CRM has an address of its own. */
    SampleCrm crm() {
        return crm;
    }

    HikariDataSource crmDatabase() {
        return crmDatabase;
    }

    /** Lets the sample CRM send no more webhooks; it goes on answering calls. */
    void hush() {
        if (crm != null) {
            try {
                crm.webhooks().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (crm != null) {
            try {
                crm.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (crmDatabase != null) {
            crmDatabase.close();
        }
        if (parts != null) {
            parts.close();
        }
    }
}
