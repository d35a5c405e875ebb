package dev.concordat.sample;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.text.Normalizer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.datafaker.Faker;

/** Invents names and addresses as each country writes them; the same seed gives the same. Not for two threads. */
final class People {
    private static final List<String> MAIL_HOSTS = List.of("example.com", "example.org", "example.net");

    private final Random random = new Random();
    private final Map<Country, Faker> fakers = new EnumMap<>(Country.class);

    String givenName(Country country, long seed) {
        return faker(country, seed).name().firstName();
    }

    String familyName(Country country, long seed) {
        return faker(country, seed).name().lastName();
    }

    String company(Country country, long seed) {
        return faker(country, seed).company().name();
    }

    ObjectNode address(Country country, long seed) {
        var address = faker(country, seed).address();
        return JsonNodeFactory.instance.objectNode()
                .put("street", address.streetAddress())
                .put("city", address.city())
                .put("postalCode", address.postcode())
                .put("country", country.name());
    }

    static String email(String givenName, String familyName, Dice dice) {
        String local = (ascii(givenName) + "." + ascii(familyName)).replaceAll("^\\.|\\.$", "");
        return local + dice.below(10_000) + "@" + dice.pick(MAIL_HOSTS);
    }

    private static String ascii(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    private Faker faker(Country country, long seed) {
        Faker faker = fakers.computeIfAbsent(country, c -> new Faker(c.locale(), random));
        random.setSeed(seed);
        return faker;
    }
}
