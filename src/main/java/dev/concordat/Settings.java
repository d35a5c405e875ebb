package dev.concordat;

import dev.concordat.audit.Audit;
import dev.concordat.change.ChangeReader;
import dev.concordat.residency.ResidencyPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.util.StringHelper;

/** The bridge's settings: the shipped defaults, over them the user's file, over that the environment. */
public final class Settings {
    private static final Pattern LEDGER = Pattern.compile("concordat\\.ledger\\.[a-z][a-z0-9]{0,15}\\.(url|user|password)");
    private static final Pattern TOKEN = Pattern.compile("concordat\\.token\\.[a-z][a-z0-9]{0,15}\\.key");
    private static final String PREFIX = "concordat.";
    private static final String LARGEST_CHANGE = "concordat.change.largest";
    private static final String LARGEST_BODY = "concordat.webhook.largest";
    /** The largest record that a producer of the bridge sends. */
    static final String LARGEST_RECORD = "camel.component.kafka.max-request-size";
    /** Bytes of a record beside its value: key, headers, and what Kafka adds. */
    private static final int ROOM_BESIDE = 65_536;
    /** Vert.x takes no greater one. */
    private static final int GREATEST_PORT = 65_534;
    private static final int GREATEST = 999_999_999;

    private final Properties values;

    private Settings(Properties values) {
        this.values = values;
    }

    /**
     * Reads a settings file and lets environment variables override it.
     *
     * @throws BridgeException with every finding: unknown keys and variables, and values that are not of their kind
     */
    public static Settings read(Path file, Map<String, String> environment) {
        var findings = new ArrayList<String>();
        var settings = read(file, environment, findings);
        settings.check(findings);
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
        return settings;
    }

    /** The same, whatever the values are: what checks them opens the log. */
    static Settings unchecked(Path file, Map<String, String> environment) {
        return read(file, environment, new ArrayList<>());
    }

    private static Settings read(Path file, Map<String, String> environment, List<String> findings) {
        Properties defaults = defaults();
        Properties values = new Properties();
        values.putAll(defaults);
        try (InputStream in = Files.newInputStream(file)) {
            load(in, key -> findings.add(file + ": key '" + key + "' stands in it twice; one of the two should go"))
                    .forEach((key, value) -> put(values, (String) key, (String) value));
        } catch (CharacterCodingException e) {
            throw new BridgeException("settings file [" + file + "] should be UTF-8", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new BridgeException("settings file [" + file + "] cannot be read; --config names it", e);
        }
        var unknown = new ArrayList<String>();
        new TreeMap<>(environment).forEach((name, value) -> Variables.key(name, value).ifPresent(key -> {
            if (!key.startsWith(PREFIX) || defaults.containsKey(key) || patterned(key)) {
                put(values, key, value);
            } else {
                unknown.add("environment variable " + name + " is not known; it would set '" + key
                        + "', and keys stand in config/application.properties");
            }
        }));
        var settings = new Settings(values);
        new TreeSet<>(values.stringPropertyNames()).forEach(key -> settings.misspelled(key, defaults).ifPresent(known ->
                findings.add(file + ": key '" + key + "' is not known; " + known)));
        findings.addAll(unknown);
        return settings;
    }

    /** What may be meant; empty for keys of Camel's, which are checked by what it takes, and for those of routes alone, such as all that one refers to. */
    private Optional<String> misspelled(String key, Properties defaults) {
        if (key.startsWith(CamelKeys.CAMEL) || defaults.containsKey(key) || patterned(key)) {
            return Optional.empty();
        }
        if (key.startsWith(PREFIX)) {
            return Optional.of("keys stand in config/application.properties");
        }
        String first = StringHelper.before(key, ".", "") + ".";
        return Stream.of(PREFIX, CamelKeys.CAMEL).flatMap(prefix -> Spelling.isMeant(prefix, first) ? Stream.of(prefix + key.substring(first.length()))
                        : Stream.of(prefix + key).filter(meant -> defaults.containsKey(meant) || patterned(meant)))
                .findFirst().filter(meant -> !RouteFiles.look(path("concordat.routes"), regions()).take(key)).map(meant -> "'" + meant + "' may be");
    }

    /** None where the policy cannot be read, of which whoever needs it tells. */
    private List<String> regions() {
        try {
            return ResidencyPolicy.read(path("concordat.residency"), new ArrayList<>()).regions();
        } catch (BridgeException e) {
            return List.of();
        }
    }

    /** A key of Camel's in whatever spelling: of two Camel would take either. */
    private static void put(Properties values, String key, String value) {
        boolean spelled = values.containsKey(key) || !key.startsWith(CamelKeys.CAMEL);
        values.setProperty(spelled ? key : values.stringPropertyNames().stream().filter(other -> CamelKeys.areOne(other, key)).findFirst().orElse(key), value);
    }

    /** Keys with a value that name a region, by that region. */
    Map<String, String> ofRegions() {
        var keys = new TreeMap<String, String>();
        values.stringPropertyNames().stream().filter(key -> patterned(key) && has(key)).forEach(key -> keys.put(key, key.split("\\.")[2]));
        return keys;
    }

    private static boolean patterned(String key) {
        return LEDGER.matcher(key).matches() || TOKEN.matcher(key).matches();
    }

    /** Reads a file of properties that is written in UTF-8. */
    static Properties load(InputStream in) throws IOException {
        return load(in, key -> { });
    }

    /** @param again gets each key that stands there once more: the last value is taken */
    private static Properties load(InputStream in, Consumer<String> again) throws IOException {
        var properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Object put(Object key, Object value) {
                if (containsKey(key)) {
                    again.accept((String) key);
                }
                return super.put(key, value);
            }
        };
        properties.load(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        return properties;
    }

    private static Properties defaults() {
        try (InputStream in = Settings.class.getResourceAsStream("application.properties")) {
            return load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(List<String> findings) {
        whole(findings, 0, GREATEST, "concordat.kafka.partitions", "concordat.batch.pace", "concordat.export.refusals", "concordat.lane.wait",
                "concordat.breach.least", "concordat.webhook.largest", "concordat.webhook.together", LARGEST_RECORD);
        whole(findings, 0, 100, "concordat.breach.percent");
        checkPorts(findings);
        whole(findings, 1, GREATEST, "concordat.batch.size", LARGEST_CHANGE, "concordat.export.delay", "concordat.export.rate", "concordat.export.parallel",
                "concordat.breach.trial", "concordat.audit.keep");
        whole(findings, 2, GREATEST, "concordat.ledger.connections");
        whole(findings, 1, Short.MAX_VALUE, "concordat.kafka.replication");
        whole(findings, 0, 79_999_999_999_999L, "concordat.salesforce.ahead");
        whole(findings, 1, 999_999, "concordat.intake.batches", "concordat.ledger.patience");
        var lasting = List.of("concordat.orphan.after", "concordat.inbox.keep", "concordat.breach.window", "concordat.audit.every");
        Stream.concat(lasting.stream(), Stream.of("concordat.audit.settle", "concordat.webhook.patience", "concordat.http.idle")).forEach(key -> {
            if (!isDuration(text(key))) {
                findings.add("'" + key + "' [" + text(key) + "] should be an ISO 8601 duration, for example PT15M");
            } else if (lasting.contains(key) && duration(key).isZero()) {
                findings.add("'" + key + "' [" + text(key) + "] should be longer than nothing");
            } else if (key.equals("concordat.audit.settle") && duration(key).compareTo(Audit.LONGEST_REST) > 0) {
                findings.add("'" + key + "' [" + text(key) + "] should be " + Audit.LONGEST_REST + " at most, as an audit waits that long before it looks again");
            }
        });
        if (!text("concordat.console.enabled").matches("true|false")) {
            findings.add("'concordat.console.enabled' [" + text("concordat.console.enabled") + "] should be true or false");
        }
        findings.addAll(Addresses.findings(this));
        if (findings.isEmpty()) {
            checkDoors(findings);
        }
    }

    private void whole(List<String> findings, long least, long most, String... keys) {
        for (String key : keys) {
            if (!isWhole(key, least, most)) {
                findings.add("'" + key + "' [" + text(key) + "] should be a whole number from " + least + " to " + most);
            }
        }
    }

    private boolean isWhole(String key, long least, long most) {
        return text(key).matches("[0-9]{1,14}") && Long.parseLong(text(key)) >= least && Long.parseLong(text(key)) <= most;
    }

    private void checkPorts(List<String> findings) {
        var opened = Doors.opened(this);
        var taken = new ArrayList<String>();
        for (String key : Doors.PORTS) {
            if (!isWhole(key, 0, GREATEST_PORT)) {
                whole(findings, 0, GREATEST_PORT, key);
            } else if (number(key) != 0 && opened.contains(key)) {
                taken.stream().filter(other -> number(other) == number(key) && canCollide(other, key)).findFirst()
                        .ifPresent(other -> findings.add("'" + key + "' [" + text(key) + "] should be another port than '" + other + "'"));
                taken.add(key);
            }
        }
    }

    /** Whether two doors of one port are in each other's way: Camel tells its two apart by the port alone, others may have addresses of their own. */
    private boolean canCollide(String one, String other) {
        if (!Doors.isConsole(one) && !Doors.isConsole(other)) {
            return true;
        }
        String host = text(Doors.host(one));
        try {
            var first = InetAddress.getByName(host);
            var second = InetAddress.getByName(text(Doors.host(other)));
            return first.equals(second) || first.isAnyLocalAddress() || second.isAnyLocalAddress();
        } catch (UnknownHostException e) {
            // That there is no such host is found when the doors are tried.
            return host.equals(text(Doors.host(other)));
        }
    }

    /** As Java and PostgreSQL both read it, and no time that has passed. */
    private static boolean isDuration(String text) {
        try {
            return text.matches("P[0-9DTHMS.]+") && !Duration.parse(text).isNegative();
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private void checkDoors(List<String> findings) {
        for (String key : List.of("concordat.webhook.patience", "concordat.http.idle")) {
            if (duration(key).toSeconds() < 1 || duration(key).toDays() > 1) {
                findings.add("'" + key + "' [" + text(key) + "] should be between a second and a day, for example PT10S");
            }
        }
        int record = Math.max(ChangeReader.MOST_KEPT, 2 * number(LARGEST_CHANGE)) + ROOM_BESIDE;
        if (number(LARGEST_RECORD) < record) {
            findings.add("'" + LARGEST_RECORD + "' [" + text(LARGEST_RECORD) + "] should be at least " + record + ": a record of a lane may hold "
                    + ChangeReader.MOST_KEPT + " bytes of a change that is too large, or twice '" + LARGEST_CHANGE + "'");
        }
        int sent = number(LARGEST_RECORD) - ROOM_BESIDE;
        if (number(LARGEST_BODY) > sent) {
            findings.add("'" + LARGEST_BODY + "' [" + text(LARGEST_BODY) + "] should be at most " + sent
                    + ", which '" + LARGEST_RECORD + "' lets through to Kafka");
        }
        if (number("concordat.webhook.together") < number(LARGEST_BODY)) {
            findings.add("'concordat.webhook.together' [" + text("concordat.webhook.together") + "] should be at least '"
                    + LARGEST_BODY + "' [" + text(LARGEST_BODY) + "]");
        }
    }

    /** The value without surrounding blanks; empty where none is set. */
    public String text(String key) {
        return values.getProperty(key, "").strip();
    }

    public boolean has(String key) {
        return !text(key).isEmpty();
    }

    public int number(String key) {
        return Integer.parseInt(text(key));
    }

    public boolean flag(String key) {
        return Boolean.parseBoolean(text(key));
    }

    public Duration duration(String key) {
        return Duration.parse(text(key));
    }

    public Path path(String key) {
        return Concordat.home().resolve(text(key));
    }

    /** Where reports are written. */
    public Path reports() {
        return has("concordat.reports") ? path("concordat.reports") : path("concordat.data").resolve("reports");
    }

    /** The same settings with one value replaced. */
    public Settings with(String key, String value) {
        var copy = new Properties();
        copy.putAll(values);
        copy.setProperty(key, value);
        return new Settings(copy);
    }

    /** All values, for Camel's property placeholders. */
    public Properties all() {
        var copy = new Properties();
        copy.putAll(values);
        return copy;
    }
}
