package dev.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The flat form of a customer: the fields that the CRM owns, each of the address by itself; and the table that contestants without a
 * ledger write.
 */
final class Customer {
    static final List<String> FIELDS = List.of("id", "givenName", "familyName", "type", "segment", "email", "phone",
            "address_street", "address_city", "address_postalCode", "address_country",
            "residency", "status", "dateOfBirth", "taxId", "consent");
    static final int EMAIL = FIELDS.indexOf("email");
    static final int RESIDENCY = FIELDS.indexOf("residency");
    static final String COLUMNS = FIELDS.stream().map(field -> '"' + field + '"').collect(Collectors.joining(", "));
    static final String TABLE = "CREATE TABLE customer (" + FIELDS.stream().map(field -> '"' + field + "\" "
            + (field.equals("consent") ? "boolean" : field.equals("id") ? "text PRIMARY KEY" : "text"))
            .collect(Collectors.joining(", ")) + ") WITH (fillfactor = 40)";
    /** An update carries only what changed; what it does not carry stays. */
    static final String KEEPING = FIELDS.stream().skip(1).map(field -> "\"%1$s\" = coalesce(EXCLUDED.\"%1$s\", t.\"%1$s\")".formatted(field))
            .collect(Collectors.joining(", "));
    static final String SELECT = "SELECT " + COLUMNS + " FROM customer";
    static final String SELECT_LEDGER = """
            SELECT id, given_name, family_name, type, segment, email, phone, address->>'street', address->>'city', address->>'postalCode',
              address->>'country', residency, status, date_of_birth::text, tax_id, consent FROM ledger.customer""";

    private Customer() {
    }

    /** The values of a change's {@code after} in the order of the fields, as text; null where a field is absent or null. */
    static String[] flat(JsonNode after) {
        String[] values = new String[FIELDS.size()];
        for (int i = 0; i < values.length; i++) {
            String field = FIELDS.get(i);
            JsonNode value = field.startsWith("address_") ? after.path("address").path(field.substring(8)) : after.path(field);
            values[i] = value.isMissingNode() || value.isNull() ? null : value.asText();
        }
        return values;
    }
}
