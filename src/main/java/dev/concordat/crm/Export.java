package dev.concordat.crm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Change;
import dev.concordat.change.Outcome;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Field;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;
import dev.concordat.residency.ResidencyPolicy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ValidationException;
import org.apache.hc.client5.http.utils.DateUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes from a ledger to the CRM: which fields may cross, and what becomes of a claimed outbox row. */
public final class Export {
    private static final Logger LOG = LoggerFactory.getLogger(Export.class);
    /** How many entities are claimed at once; fewer where the CRM refuses everything. */
    private static final int ROOM = 100;
    private static final int ROOM_FOR_TRIAL = 4;
    /** Longest pause before an entity is sent again, in seconds, where the CRM names none. */
    private static final int LONGEST_PAUSE = 60;
    /** Longest pause that the CRM may name, in seconds. */
    private static final int LONGEST_NAMED = 3600;
    private static final Set<Integer> OF_THE_CRM = Set.of(429, 503);
    /** How long a call may take: 2 seconds to connect, 5 for the answer. */
    public static final Duration LONGEST_CALL = Duration.ofSeconds(7);
    /** A claim is for 20 seconds. */
    private static final Duration LATEST_CALL = Duration.ofSeconds(12);
    /** An entity may take two calls, and calls may be slow: for so long its rate may let a lane call for what it claims at once. */
    private static final long CALLS_FOR_SECONDS = LATEST_CALL.toSeconds() / 4;

    private final Supplier<Contracts> contracts;
    private final Gate gate;
    private final ResidencyPolicy policy;
    private final Tokens tokens;
    private final Outbox outbox;
    private final Outcomes outcomes;
    private final Clock clock;
    private final Limit limit;
    private final Map<String, Instant> rests = new ConcurrentHashMap<>();
    /** How often the CRM has refused in a row, by lane. */
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    /** For whom the CRM named more than a minute while it has taken nothing since, by lane. */
    private final Map<String, String> named = new ConcurrentHashMap<>();
    /** Tells numbers digit for digit as the ledger does: an amount is neither rounded nor loses the zeros that say its scale. */
    private final ObjectMapper json = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    /**
     * How much a lane asks of the CRM.
     *
     * @param rate     calls in a second
     * @param refusals so many, one after the other, are about records; beyond that the CRM refuses the bridge and not what it is told
     * @param trial    how long a lane leaves the CRM alone then, before it tries the next few
     * @param largest  document that is told, in bytes
     */
    public record Limit(int rate, int refusals, Duration trial, int largest) {
    }

    public Export(Supplier<Contracts> contracts, Gate gate, ResidencyPolicy policy, Tokens tokens, Map<String, DataSource> ledgers,
            Outcomes outcomes, Limit limit, Clock clock) {
        this.contracts = contracts;
        this.gate = gate;
        this.policy = policy;
        this.tokens = tokens;
        this.outbox = new Outbox(ledgers);
        this.outcomes = outcomes;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Refuses a document that breaks a rule across fields, which its schema cannot say.
     *
     * @throws ValidationException without any value
     */
    public void keepRules(String document, String entity, Exchange exchange) throws JsonProcessingException, ValidationException {
        if (!gate.exportBreaches(entity, (ObjectNode) json.readTree(document)).isEmpty()) {
            throw new ValidationException(exchange, "a rule of the contract is broken");
        }
    }

    /**
     * What may leave the region of a document: the fields that the ledger owns by the contract in force, however old the document is, and of those
     * each as the policy says where the CRM may not hold the region's data.
     */
    public String keepWhatMayCross(String document, String entity, String region) throws JsonProcessingException {
        var fields = (ObjectNode) json.readTree(document);
        var crossing = json.createObjectNode();
        crossing.set(Change.ID, fields.get(Change.ID));
        for (var field : contracts.get().newest(entity).ownedBy(Owner.LEDGER)) {
            var value = fields.get(field.name());
            if (value == null) {
                continue;
            }
            String way = policy.crmMayHold(region) ? "allow" : way(field);
            String token = way.equals("tokenize") ? tokens.of(region, field.name(), value.asText()) : null;
            // That there is no value tells something too, and crosses where its token would.
            if (way.equals("allow") || token != null && value.isNull()) {
                crossing.set(field.name(), value);
            } else if (token != null) {
                crossing.put(field.name(), token);
            }
        }
        return json.writeValueAsString(crossing);
    }

    private String way(Field field) {
        return field.residency() != null ? field.residency().name().toLowerCase(Locale.ROOT)
                : policy.otherwise(field.classification().name().toLowerCase(Locale.ROOT));
    }

    /** When a claim is about to be made, for {@link #keepTime}; in nanoseconds since whenever. */
    public long moment() {
        return System.nanoTime();
    }

    /** How many entities a lane may claim: no more than it can tell before the claim is over, and none while the CRM wants to be left alone. */
    public int room(String region) {
        int most = refusals.getOrDefault(region, 0) > limit.refusals ? ROOM_FOR_TRIAL : ROOM;
        return rests(region) ? 0 : (int) Math.min(most, limit.rate * CALLS_FOR_SECONDS);
    }

    /**
     * Lets a call begin only while the claim lasts longer than the call may take, as another bridge may have told the CRM something newer later,
     * and while the CRM does not want to be left alone.
     *
     * @param claimedAt see {@link #moment}; null for a call without a claim
     * @throws Untimely when it is too late, or too early
     */
    public void keepTime(Long claimedAt, String region) {
        if (claimedAt != null && System.nanoTime() - claimedAt > LATEST_CALL.toNanos() || rests(region)) {
            throw new Untimely();
        }
    }

    /**
     * Counts a refusal. Where the CRM refuses everything, as after its address, the bridge's rights or the CRM's own fields were changed, the lane
     * leaves it alone for a while, then tries the next few, until it takes something: so it does not put all that waits into quarantine, and
     * nothing that the CRM would take waits for good behind what it refuses.
     */
    public void countRefusal(String region, String status) {
        int refused = refusals.merge(region, 1, Integer::sum);
        if (refused > limit.refusals) {
            rest(region, limit.trial, refused + " refusals in a row, the last one " + status);
        }
    }

    /** Whether a lane leaves the CRM alone now. */
    public boolean rests(String region) {
        Instant till = rests.get(region);
        return till != null && clock.instant().isBefore(till);
    }

    /**
     * Of what was claimed, that which is told now. Of what the ledger has deleted since, the CRM is told nothing; what was too much to be read beside
     * the others may be claimed again at once. What is too large to be told at all comes without its document.
     */
    public List<Map<String, Object>> present(List<Map<String, Object>> claimed, String region) throws SQLException {
        var present = new ArrayList<Map<String, Object>>();
        for (var claim : claimed) {
            if (claim.get("size") == null) {
                outbox.settle(claim, region, Outcome.FILTERED);
                outcomes.ended((String) claim.get("entity"), Quarantined.LEDGER_TO_CRM, region, Outcome.FILTERED, age(claim));
            } else if (claim.get("document") == null && !tooLarge(claim)) {
                outbox.again(claim, region);
            } else {
                present.add(claim);
            }
        }
        return present;
    }

    private boolean tooLarge(Map<String, Object> claim) {
        return (Integer) claim.get("size") > limit.largest;
    }

    /** The CRM has it: settles the row, unless the ledger has changed the entity again meanwhile. */
    public void sent(Map<String, Object> claim, String region) throws SQLException, JsonProcessingException {
        refusals.remove(region);
        named.remove(region);
        gate.observeExport((String) claim.get("entity"), (ObjectNode) json.readTree((String) claim.get("document")));
        outbox.settle(claim, region, Outcome.APPLIED);
        outcomes.ended((String) claim.get("entity"), Quarantined.LEDGER_TO_CRM, region, Outcome.APPLIED, age(claim));
    }

    /** The row went to quarantine. */
    public void settled(Map<String, Object> claim, String region) throws SQLException {
        outbox.settle(claim, region, Outcome.QUARANTINED);
    }

    /**
     * The CRM gets it later: after the time it named, an hour at most, or after growing pauses, with jitter. A CRM that names more than a minute
     * for one entity after the other is left alone by the whole lane.
     *
     * @param status with which the CRM answered; null where it was not reached
     */
    public void later(Map<String, Object> claim, String region, String retryAfter, Integer status) throws SQLException {
        restIfNamed(claim, region, retryAfter, status);
        outbox.later(claim, region, pause(claim, retryAfter));
    }

    /**
     * The CRM may have carried it out, or may yet, after something newer: it gets the same again later, under the same key, until it
     * answers, and only then what the ledger says by now.
     */
    public void unheard(Map<String, Object> claim, String region, String retryAfter, Integer status) throws SQLException {
        restIfNamed(claim, region, retryAfter, status);
        outbox.unheard(claim, region, pause(claim, retryAfter));
    }

    /** The CRM has another version of the record by now: it gets what the ledger says at once, for that version. */
    public void again(Map<String, Object> claim, String region) throws SQLException {
        outbox.again(claim, region);
    }

    /** What goes to quarantine: what breaks the contract ({@code breach}) or what the CRM will never accept (its status). */
    public List<Breached> refused(Map<String, Object> claim, String region, String answer) {
        String entity = (String) claim.get("entity");
        Contract contract = contracts.get().newest(entity);
        List<Breach> breaches = answer.equals("breach") ? breaches(claim, contract) : List.of(new Breach("crm-refused", contract.label(), "", "status",
                "The CRM should accept the ledger's fields of the " + entity + "; it answered " + answer));
        String subject = entity + "/" + claim.get("id");
        var quarantined = new Quarantined("urn:ledger:" + region, subject + "/" + claim.get("version"), subject,
                Quarantined.LEDGER_TO_CRM, contract.label(), breaches.get(0).rule(), breaches, subject + "@" + claim.get("version"),
                false, null);
        String kept = tooLarge(claim) ? json.createObjectNode().put(Change.ID, (String) claim.get("id")).toString() : (String) claim.get("document");
        return List.of(new Breached(quarantined, kept.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Breach> breaches(Map<String, Object> claim, Contract contract) {
        String fields = "The ledger's fields of the " + contract.entity() + " should ";
        if (tooLarge(claim)) {
            return List.of(new Breach("document-size", contract.label(), "", "",
                    fields + "have " + limit.largest + " bytes at most as JSON; they have " + claim.get("size")));
        }
        try {
            var breaches = gate.exportBreaches(contract.entity(), (ObjectNode) json.readTree((String) claim.get("document")));
            return breaches.isEmpty() ? List.of(new Breach("schema", contract.label(), "", "schema", fields + "have been as the contract said")) : breaches;
        } catch (JsonProcessingException e) {
            // Its message quotes what it cannot read.
            return List.of(new Breach("not-json", contract.label(), "", "",
                    fields + "be read as JSON, of numbers up to 1,000 digits and a depth of 1,000; they cannot be"));
        }
    }

    /** In seconds. */
    private double pause(Map<String, Object> claim, String retryAfter) {
        long wanted = wanted(retryAfter);
        int attempts = ((Number) claim.get("attempts")).intValue();
        return wanted > 0 ? wanted : Math.min(LONGEST_PAUSE, 0.25 * Math.pow(2, Math.min(attempts, 10)));
    }

    private void restIfNamed(Map<String, Object> claim, String region, String retryAfter, Integer status) {
        long wanted = wanted(retryAfter);
        if (status == null || !OF_THE_CRM.contains(status) || wanted <= LONGEST_PAUSE) {
            return;
        }
        String subject = claim.get("entity") + "/" + claim.get("id");
        String before = named.putIfAbsent(region, subject);
        if (before != null && !before.equals(subject)) {
            named.remove(region);
            rest(region, Duration.ofSeconds(wanted), "Retry-After: " + retryAfter);
        }
    }

    private void rest(String region, Duration time, String why) {
        if (!rests(region)) {
            Instant till = clock.instant().plus(time);
            rests.put(region, till);
            LOG.warn("lane {} tells the CRM nothing until {}: {}", region, till, why);
        }
    }

    /** In seconds, whether the CRM named them or a date; 0 where it named neither. */
    private long wanted(String retryAfter) {
        if (retryAfter == null) {
            return 0;
        }
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Math.min(LONGEST_NAMED, Long.parseLong(retryAfter));
        }
        Instant date = DateUtils.parseStandardDate(retryAfter);
        return date == null ? 0 : Math.max(0, Math.min(LONGEST_NAMED, Duration.between(clock.instant(), date).toSeconds()));
    }

    private double age(Map<String, Object> claim) {
        return Math.max(0, (clock.millis() - ((Number) claim.get("changed_ms")).longValue()) / 1000.0);
    }
}
