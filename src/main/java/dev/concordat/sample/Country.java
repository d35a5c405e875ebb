package dev.concordat.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the sample's customers live, and what their names and addresses look like. */
enum Country {
    DE("eu", "de-DE"), AT("eu", "de-AT"), FR("eu", "fr-FR"), IT("eu", "it-IT"), ES("eu", "es-ES"), NL("eu", "nl-NL"),
    BE("eu", "nl-BE"), PL("eu", "pl-PL"), SE("eu", "sv-SE"), PT("eu", "pt-PT"), FI("eu", "fi-FI"), DK("eu", "da-DK"),
    CZ("eu", "cs-CZ"), IE("eu", "en-IE"), NO("eu", "nb-NO"),
    GB("uk", "en-GB"),
    US("us", "en-US");

    private static final List<Country> UNION = Arrays.stream(values()).filter(c -> c.region.equals("eu")).toList();

    private final String region;
    private final Locale locale;

    Country(String region, String tag) {
        this.region = region;
        this.locale = Locale.forLanguageTag(tag);
    }

    String region() {
        return region;
    }

    Locale locale() {
        return locale;
    }

    static Country any(Dice dice) {
        int of100 = dice.below(100);
        return of100 < 60 ? dice.pick(UNION) : of100 < 80 ? GB : US;
    }

    /** A country to move to without leaving the region; the same country where the region has but one. */
    Country neighbour(Dice dice) {
        return this == GB || this == US ? this : dice.pick(UNION.stream().filter(c -> c != this).toList());
    }

    /** A country of another region. */
    Country abroad() {
        return this == US ? GB : US;
    }

    static Optional<String> regionOf(String code) {
        return Arrays.stream(values()).filter(c -> c.name().equals(code)).map(Country::region).findFirst();
    }
}
