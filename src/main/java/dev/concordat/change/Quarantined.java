package dev.concordat.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.BridgeException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What goes into quarantine beside the change's bytes.
 *
 * @param direction {@code crm-to-ledger} or {@code ledger-to-crm}
 * @param changedAt when the change happened at its source, in ISO 8601; null where it could not be read
 * @param returned  whether the change comes back in breach, after a replay or from parking
 * @param first     the receipt under which a change that comes back is booked; null where it is {@code receipt}, or not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Quarantined(
        String source, String id, String subject, String direction, String contract, String rule, List<Breach> breaches,
        String receipt, boolean returned, String changedAt, String first) {
    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    public static final String CRM_TO_LEDGER = "crm-to-ledger";
    public static final String LEDGER_TO_CRM = "ledger-to-crm";

    public Quarantined {
        requireNonNull(source, "source");
        requireNonNull(id, "id");
        requireNonNull(direction, "direction");
        requireNonNull(contract, "contract");
        requireNonNull(rule, "rule");
        requireNonNull(receipt, "receipt");
        if (breaches.isEmpty() || subject != null && subject.indexOf('/') < 0) {
            throw new IllegalArgumentException("a quarantined change should have a breach, and a subject like customer/C-1");
        }
    }

    public Quarantined(
            String source, String id, String subject, String direction, String contract, String rule, List<Breach> breaches,
            String receipt, boolean returned, String changedAt) {
        this(source, id, subject, direction, contract, rule, breaches, receipt, returned, changedAt, null);
    }

    /** A change that admit found in breach. */
    static Quarantined of(Change change) {
        var envelope = change.envelope();
        return new Quarantined(change.source(), change.id(), envelope == null ? null : envelope.subject(), CRM_TO_LEDGER,
                change.contract(), change.breaches().get(0).rule(), change.breaches(), change.receipt().delivery(),
                change.receipt().isFurther(), envelope == null ? null : envelope.time().toString());
    }

    /** A record that is no change at all, known by its receipt. */
    public static Quarantined unread(String receipt, Breach breach) {
        return new Quarantined(Change.RECEIPT_SOURCE, receipt, null, CRM_TO_LEDGER, breach.contract(), breach.rule(),
                List.of(breach), receipt, false, null);
    }

    /** The same, booked under the receipt {@code first}; null where that is not known. */
    public Quarantined bookedUnder(String first) {
        return new Quarantined(source, id, subject, direction, contract, rule, breaches, receipt, returned, changedAt,
                receipt.equals(first) ? null : first);
    }

    /** As it travels beside the change's bytes: a JSON object in UTF-8. */
    public byte[] json() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new BridgeException("a quarantined change could not be described", e);
        }
    }

    /** Reads what {@link #json} wrote, also that of a newer bridge, which may say more; empty for any other bytes. */
    public static Optional<Quarantined> read(byte[] json) {
        try {
            return Optional.ofNullable(JSON.readValue(json, Quarantined.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
