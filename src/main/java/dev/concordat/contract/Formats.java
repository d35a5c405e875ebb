package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Format;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.concordat.change.Enrichment;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.iban4j.BicUtil;
import org.iban4j.Iban4jException;
import org.iban4j.IbanUtil;

/** The formats of texts that a contract can ask for, asserted by the validator that this class sets up. */
public final class Formats {
    /** What a text without a format of its own has to be: storable in any ledger. */
    static final String TEXT = "text";

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode).collect(Collectors.toUnmodifiableSet());
    private static final Map<String, Predicate<String>> OWN = Map.ofEntries(
            Map.entry(TEXT, Formats::isText),
            Map.entry("date", Formats::isDate),
            Map.entry("date-time", Formats::isDateTime),
            Map.entry("email", Formats::isEmail),
            Map.entry("e164", Enrichment::isE164),
            Map.entry("iban", Formats::isIban),
            Map.entry("bic", Formats::isBic),
            Map.entry("lei", Formats::isLei),
            Map.entry("iso-3166-alpha-2", COUNTRIES::contains),
            Map.entry("iso-4217", CURRENCIES::contains));

    /** Formats that a contract may name for a text. */
    static final Set<String> OF_TEXTS = Set.of("email", "e164", "iban", "bic", "lei", "iso-3166-alpha-2", "iso-4217", "uuid", "uri",
            "hostname", "ipv4", "ipv6");

    private static final JsonSchemaFactory FACTORY = factory();
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true).pathType(PathType.JSON_POINTER)
            .regularExpressionFactory(new Patterns()).locale(Locale.ENGLISH).build();

    private Formats() {
    }

    /** Whether a text is what a format of Concordat's own asks for, such as {@code email}, {@code date} or {@code iban}. */
    public static boolean matches(String format, String text) {
        return OWN.get(format).test(text);
    }

    /** The test of a format of Concordat's own; null for any other format. */
    static Predicate<String> own(String format) {
        return OWN.get(format);
    }

    static JsonSchema compile(JsonNode schema) {
        JsonSchema compiled = FACTORY.getSchema(schema, CONFIG);
        compiled.initializeValidators();
        return compiled;
    }

    private static JsonSchemaFactory factory() {
        JsonMetaSchema.Builder meta = JsonMetaSchema.builder(JsonMetaSchema.getV202012());
        OWN.forEach((name, test) -> meta.format(new Own(name, test)));
        JsonMetaSchema own = meta.build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012, builder -> builder.metaSchema(own));
    }

    private record Own(String name, Predicate<String> test) implements Format {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean matches(ExecutionContext context, String value) {
            return test.test(value);
        }
    }

    /** PostgreSQL stores neither NUL nor half of a surrogate pair in a text. */
    private static boolean isText(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)
                    && (++i == value.length() || !Character.isLowSurrogate(value.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDate(String value) {
        try {
            return value.length() == 10 && LocalDate.parse(value).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDateTime(String value) {
        try {
            int year = OffsetDateTime.parse(value).getYear();
            return year > 0 && year < 10_000;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isIban(String value) {
        try {
            IbanUtil.validate(value);
            return true;
        } catch (Iban4jException e) {
            return false;
        }
    }

    private static boolean isBic(String value) {
        try {
            BicUtil.validate(value);
            return true;
        } catch (Iban4jException e) {
            return false;
        }
    }

    /** ISO 17442: 18 letters and digits, then two check digits; read as a number with A = 10, it is 1 modulo 97. */
    private static boolean isLei(String value) {
        if (value.length() != 20 || !isCheckDigits(value)) {
            return false;
        }
        int rest = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= '0' && c <= '9') {
                rest = (rest * 10 + c - '0') % 97;
            } else if (c >= 'A' && c <= 'Z') {
                rest = (rest * 100 + c - 'A' + 10) % 97;
            } else {
                return false;
            }
        }
        return rest == 1;
    }

    private static boolean isCheckDigits(String value) {
        return isDigits(value, value.length() - 2);
    }

    private static boolean isDigits(String value, int from) {
        for (int i = from; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** One address as mail systems take it: no quotes, no comments, a host name with at least one dot. */
    private static boolean isEmail(String value) {
        int at = value.indexOf('@');
        if (at < 1 || at > 64 || value.length() > 254) {
            return false;
        }
        return isDotted(value, 0, at, Formats::isLocal, 1) && isDotted(value, at + 1, value.length(),
                Formats::isHost, 2);
    }

    private interface Letter {
        boolean ok(char c);
    }

    private static boolean isDotted(String value, int from, int to, Letter letter, int atLeast) {
        int parts = 1;
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c == '.') {
                if (length == 0) {
                    return false;
                }
                parts++;
                length = 0;
            } else if (letter.ok(c)) {
                length++;
            } else {
                return false;
            }
        }
        return length > 0 && parts >= atLeast;
    }

    private static boolean isLocal(char c) {
        return isHost(c) || "!#$%&'*+/=?^_`{|}~".indexOf(c) >= 0;
    }

    private static boolean isHost(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
                || c > 0x7f && Character.isLetter(c);
    }
}
