package dev.concordat;

import dev.concordat.crm.WebhookSignature;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/** Whether what is said of the parts around the bridge can be right at all. No finding shows a value, because passwords may stand in addresses. */
final class Addresses {
    private static final Pattern BROKER = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:,\\[\\]\\s/]+):[0-9]{1,5}");
    private static final Pattern DATABASE = Pattern.compile("jdbc:postgresql:(//(?<hosts>[^/?@]*)/|(?!//))[^?@]*([?](?<parameters>.*))?");
    private static final Pattern HOST = Pattern.compile("(\\[[^,\\[\\]\\s]+]|[^:,\\[\\]\\s]*)(:[0-9]{1,5})?");
    private static final Pattern AND = Pattern.compile("&");
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Set<String> HTTP = Set.of("http", "https");

    private Addresses() {
    }

    /** What cannot be right; nothing is said of what is empty. */
    static List<String> findings(Settings settings) {
        var findings = new ArrayList<String>();
        for (String key : List.of("concordat.crm.url", "concordat.alerts.url")) {
            find(settings, key, url(Addresses::isBase), "the base URL of an HTTP API, such as https://crm.bank.example/api, without user, query or fragment", findings);
        }
        var databases = new ArrayList<>(List.of("concordat.directory.url"));
        settings.ofRegions().keySet().stream().filter(key -> key.endsWith(".url")).forEach(databases::add);
        databases.forEach(key -> find(settings, key, Addresses::isDatabase,
                "the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://host:5432/database; user and password have keys of their own", findings));
        find(settings, "concordat.kafka.brokers", each(BROKER.asMatchPredicate()),
                "one or more host:port, with commas between", findings);
        find(settings, "concordat.activemq.url", each(url(url -> url.getScheme() != null && url.getHost() != null && url.getPort() > 0)),
                "one or more URLs, such as tcp://host:61616 or ssl://host:61617, with commas between", findings);
        if (settings.has("concordat.webhook.secret")) {
            WebhookSignature.objection(settings.text("concordat.webhook.secret")).ifPresent(findings::add);
        }
        return findings;
    }

    private static void find(Settings settings, String key, Predicate<String> form, String right, List<String> findings) {
        // What Camel is to put there is not known here.
        if (settings.has(key) && !settings.text(key).contains("{{") && !form.test(settings.text(key))) {
            findings.add("'" + key + "' should be " + right);
        }
    }

    /** The driver is asked last: what it cannot read it prints. */
    private static boolean isDatabase(String text) {
        var url = DATABASE.matcher(text);
        return url.matches() && (url.group("hosts") == null || each(HOST.asMatchPredicate()).test(url.group("hosts")))
                && (url.group("parameters") == null || AND.splitAsStream(url.group("parameters")).noneMatch(Addresses::isLogin))
                && Driver.parseURL(text, new Properties()) != null;
    }

    /** JMX shows addresses to whoever may look at endpoints. */
    private static boolean isLogin(String parameter) {
        String name = parameter.split("=", 2)[0].toLowerCase(Locale.ROOT);
        return name.equals("user") || name.contains("password");
    }

    private static boolean isBase(URI url) {
        return HTTP.contains(String.valueOf(url.getScheme())) && url.getHost() != null && url.getRawUserInfo() == null
                && url.getRawQuery() == null && url.getRawFragment() == null;
    }

    /** Each of a list. */
    private static Predicate<String> each(Predicate<String> one) {
        return text -> COMMA.splitAsStream(text).allMatch(one);
    }

    private static Predicate<String> url(Predicate<URI> right) {
        return text -> {
            try {
                return right.test(new URI(text));
            } catch (URISyntaxException e) {
                return false;
            }
        };
    }
}
