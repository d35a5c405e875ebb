package dev.concordat.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Brings loosely written values into the form the contract asks for: phone numbers into E.164, countries into ISO 3166
 * alpha-2. A value it does not understand stays as it is, for the contract to judge.
 */
public final class Enrichment {
    private static final int LONGEST_CODE = 3;
    private static final Pattern LETTERS = Pattern.compile("[A-Za-z]+");
    private static final Map<String, String> ALPHA2 = alpha2();

    private final Map<String, List<Step>> stepsByEntity;
    private final PhoneNumberUtil phones = PhoneNumberUtil.getInstance();

    /** What a field is brought into. */
    public enum Form { PHONE, COUNTRY }

    /** One field to bring into a form; the path has one name, or two for a field inside an object. */
    public record Step(List<String> path, Form form) {
    }

    /** @param stepsByEntity what to do for each entity; countries come before the phones that lean on them */
    public Enrichment(Map<String, List<Step>> stepsByEntity) {
        this.stepsByEntity = Map.copyOf(stepsByEntity);
    }

    /** What runs before every contract: countries and phone number of a customer. */
    public static Enrichment ofCustomers() {
        return new Enrichment(Map.of("customer", List.of(new Step(List.of("residency"), Form.COUNTRY),
                new Step(List.of("address", "country"), Form.COUNTRY), new Step(List.of("phone"), Form.PHONE))));
    }

    /** Enriches the changes of a batch; see {@link #enrich}. */
    public List<Change> enrichEach(List<Change> batch) {
        return EachChange.of(batch, this::enrich);
    }

    /** Enriches a change in place; leaves one alone that has ended. */
    public void enrich(Change change) {
        if (change.ended() || change.values() != null) {
            return;
        }
        enrich(change.envelope().entity(), change.after());
    }

    /** Enriches the fields of an entity in place. */
    public void enrich(String entity, ObjectNode fields) {
        for (Step step : stepsByEntity.getOrDefault(entity, List.of())) {
            String value = text(fields, step.path);
            String better = value == null ? null : switch (step.form) {
                case COUNTRY -> country(value);
                case PHONE -> phone(value, fields);
            };
            if (better != null && !better.equals(value)) {
                set(fields, step.path, better);
            }
        }
    }

    /**
     * Tells whether a text of a field is in its form as it is; empty for a field that may have any form.
     *
     * @param path the field, or the field and a name inside its object
     */
    public Optional<Predicate<String>> inForm(String entity, List<String> path) {
        return stepsByEntity.getOrDefault(entity, List.of()).stream().filter(step -> step.path.equals(path)).map(step -> inForm(step.form))
                .reduce(Predicate::and);
    }

    private static Predicate<String> inForm(Form form) {
        return switch (form) {
            case COUNTRY -> value -> country(value).equals(value);
            case PHONE -> Enrichment::isE164;
        };
    }

    private String phone(String value, ObjectNode after) {
        if (isE164(value)) {
            return value;
        }
        JsonNode residency = after.path("residency");
        try {
            var number = phones.parse(value, residency.isTextual() ? residency.textValue() : null);
            // E.164 has no place for an extension.
            return phones.isValidNumber(number) && !number.hasExtension() ? phones.format(number, PhoneNumberFormat.E164) : value;
        } catch (NumberParseException e) {
            return value;
        }
    }

    /** Whether a phone number is in its one form: a plus sign and 7 to 15 digits, the first of them not 0 (ITU-T E.164). */
    public static boolean isE164(String value) {
        if (value.length() < 8 || value.length() > 16 || value.charAt(0) != '+' || value.charAt(1) == '0') {
            return false;
        }
        for (int i = 1; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static String country(String value) {
        if (value.length() > LONGEST_CODE) {
            return value;
        }
        String known = ALPHA2.get(value);
        // Letters of other alphabets may become those of a code, as a sharp s does.
        return known != null ? known : LETTERS.matcher(value).matches() ? ALPHA2.getOrDefault(value.toUpperCase(Locale.ROOT), value) : value;
    }

    private static String text(JsonNode after, List<String> path) {
        JsonNode node = after;
        for (String name : path) {
            node = node.path(name);
        }
        return node.textValue();
    }

    private static void set(ObjectNode after, List<String> path, String value) {
        if (path.size() == 1) {
            after.put(path.get(0), value);
            return;
        }
        var object = after.get(path.get(0)).<ObjectNode>deepCopy();
        object.put(path.get(1), value);
        after.set(path.get(0), object);
    }

    private static Map<String, String> alpha2() {
        var byCode = new HashMap<String, String>();
        for (String country : Locale.getISOCountries()) {
            byCode.put(country, country);
            byCode.put(new Locale("", country).getISO3Country(), country);
        }
        return Map.copyOf(byCode);
    }
}
