package dev.concordat.tool;

import dev.concordat.contract.Classification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a field's name and form say of how sensitive it may be; where they say nothing, it is confidential. */
final class NameHints {
    private static final List<String> CLOSED = List.of("status", "type", "kind", "segment", "category", "product", "class", "level",
            "tier", "currency", "channel", "language", "unit", "priority", "mode", "frequency", "method");
    private static final List<String> RESTRICTED = List.of("national-identifier", "special-category", "card");
    private static final Map<String, Pattern> CATEGORIES = categories();
    private static final Pattern CODE = word("id|no|nr|number|code|zip|plz|postal|postcode|phone|mobile|tel|fax|account|key|ref|reference");

    private NameHints() {
    }

    private static Map<String, Pattern> categories() {
        Map<String, Pattern> categories = new LinkedHashMap<>();
        categories.put("national-identifier", word("tax|taxid|tin|ssn|ahv|avs|nino|passport|national|identity|social|licen[cs]e"));
        categories.put("special-category", word("health|religion|religious|ethnic|ethnicity|gender|sex|marital|political|biometric|union"));
        categories.put("card", word("card|pan|cvv|cvc|pin|password|secret"));
        categories.put("contact", word("mail|email|e|phone|mobile|tel|telephone|fax"));
        categories.put("address", word("address|street|city|town|zip|postal|postcode|plz|strasse|ort|domicile"));
        categories.put("birth", word("birth|birthdate|birthday|birthplace|dob|born|age"));
        categories.put("name", word("name|firstname|lastname|givenname|familyname|surname|middlename|maiden|nickname|vorname|"
                + "nachname|alias|title"));
        categories.put("financial", word("iban|bic|balance|amount|limit|exposure|salary|income|credit|debit|account"));
        categories.put("free-text", word("note|notes|comment|comments|remark|remarks|text|memo|purpose|reason|description"));
        return categories;
    }

    private static Pattern word(String alternatives) {
        return Pattern.compile("(^| )(" + alternatives + ")( |$)");
    }

    /** {@code dateOfBirth} and {@code date_of_birth} as {@code date of birth}. */
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").replaceAll("[^A-Za-z0-9]+", " ").toLowerCase(Locale.ROOT).strip();
    }

    /** The kind of personal data that a field may hold. */
    static Optional<String> category(String name, String format) {
        Optional<String> byFormat = switch (format) {
            case "email", "e164" -> Optional.of("contact");
            case "iban" -> Optional.of("financial");
            default -> Optional.empty();
        };
        String words = words(name);
        return byFormat.or(() -> CATEGORIES.entrySet().stream().filter(entry -> entry.getValue().matcher(words).find())
                .map(Map.Entry::getKey).findFirst());
    }

    static Classification classification(String name, String format) {
        boolean restricted = format.equals("iban") || category(name, format).filter(RESTRICTED::contains).isPresent();
        return restricted ? Classification.RESTRICTED : Classification.CONFIDENTIAL;
    }

    /** Whether a field is called as one that has a fixed set of values, and as nothing personal. */
    static boolean closed(String name, String format) {
        String words = words(name);
        return category(name, format).isEmpty() && CLOSED.contains(words.substring(words.lastIndexOf(' ') + 1));
    }

    /** Whether a field is called as one whose digits are no quantity. */
    static boolean code(String name) {
        return CODE.matcher(words(name)).find();
    }

    /** Whether a field is called as one that holds a country. */
    static boolean country(String name) {
        return words(name).matches(".*(country|residen|nation|domicile|land|jurisdiction).*");
    }
}
