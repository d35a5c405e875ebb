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
import dev.concordat.change.EnvelopeReader;
import dev.concordat.change.Outcome;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;
import dev.concordat.residency.ResidencyPolicy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ValidationException;

/** What goes from a ledger to the CRM: which fields may cross, and what becomes of a claimed outbox row. */
public final class Export {
    /** How long a call may take: 2 seconds to connect, 5 for the answer. */
    public static final Duration LONGEST_CALL = Duration.ofSeconds(7);

    private final Supplier<Contracts> contracts;
    private final Gate gate;
    private final ResidencyPolicy policy;
    private final Tokens tokens;
    private final Outbox outbox;
    private final Outcomes outcomes;
    private final Clock clock;
    private final Limit limit;
    private final Pace pace;
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
        this.pace = new Pace(limit, clock);
        this.clock = clock;
    }

    /**
     * Refuses a document that breaks a rule across fields, which its schema cannot say, and one whose id no change of the CRM's could have: in an address it
     * might stand for another record.
     *
     * @throws ValidationException without any value
     */
    public void keepRules(String document, String entity, Exchange exchange) throws JsonProcessingException, ValidationException {
        if (!breaches((ObjectNode) json.readTree(document), entity).isEmpty()) {
            throw new ValidationException(exchange, "a rule of the contract is broken");
        }
    }

    private List<Breach> breaches(ObjectNode document, String entity) {
        var breaches = gate.exportBreaches(entity, document);
        if (breaches.isEmpty() && !EnvelopeReader.isEntityId(document.path(Change.ID).asText())) {
            return List.of(new Breach("schema", contracts.get().newest(entity).label(), "/after/" + Change.ID, "pattern",
                    "`/after/id` should be an id that the CRM could have: 1 to 64 letters, digits or _ . ~ : -, and not dots alone"));
        }
        return breaches;
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
            String way = policy.wayToCrm(region, field);
            String token = way.equals("tokenize") ? tokens.of(region, field.name(), value.isContainerNode() ? value.toString() : value.asText()) : null;
            // That there is no value tells something too, and crosses where its token would.
            if (way.equals("allow") || token != null && value.isNull()) {
                crossing.set(field.name(), value);
            } else if (token != null) {
                crossing.put(field.name(), token);
            }
        }
        return json.writeValueAsString(crossing);
    }

    /** When a claim is about to be made, for {@link #keepTime}; in nanoseconds since whenever. */
    public long moment() {
        return System.nanoTime();
    }

    /** How many entities a lane may claim: no more than it can tell before the claim is over, and none while the CRM wants to be left alone. */
    public int room(String region) {
        return pace.room(region);
    }

    /**
     * Lets a call begin only while the claim lasts longer than the call may take, as another bridge may have told the CRM something newer later,
     * and while the CRM does not want to be left alone.
     *
     * @param claimedAt see {@link #moment}; null for a call without a claim
     * @throws Untimely when it is too late, or too early
     */
    public void keepTime(Long claimedAt, String region) {
        pace.keepTime(claimedAt, region);
    }

    /**
     * Counts a refusal. Where the CRM refuses everything, as after its address, the bridge's rights or the CRM's own fields were changed, the lane
     * leaves it alone for a while, then tries the next few, until it takes something: so it does not put all that waits into quarantine, and
     * nothing that the CRM would take waits for good behind what it refuses.
     */
    public void countRefusal(String region, Integer status) {
        pace.refused(region, status);
    }

    /** Whether a lane leaves the CRM alone now. */
    public boolean rests(String region) {
        return pace.rests(region);
    }

    /** Why the CRM takes nothing of a lane, where that is not over by waiting: it turns the login away, or its certificate is not trusted; null otherwise. */
    public String objection(String region) {
        return pace.objection(region);
    }

    /**
     * Of what was claimed, that which is told now. Of what the ledger has deleted since, the CRM is told nothing; what was too much to be read beside
     * the others may be claimed again at once. What is too large to be told at all comes without its document.
     */
    public List<Map<String, Object>> present(List<Map<String, Object>> claimed, String region) throws SQLException {
        var present = new ArrayList<Map<String, Object>>();
        var left = new ArrayList<Map<String, Object>>();
        for (var claim : claimed) {
            if (claim.get("size") == null) {
                settle(claim, region, Outcome.FILTERED);
            } else if (claim.get("document") == null && !tooLarge(claim)) {
                left.add(claim);
            } else {
                present.add(claim);
            }
        }
        outbox.free(left, region);
        return present;
    }

    /** Counts what has ended; what has not is told once more, and counted then. */
    private void settle(Map<String, Object> claim, String region, Outcome outcome) throws SQLException {
        if (outbox.settle(claim, region, outcome)) {
            outcomes.ended((String) claim.get("entity"), Quarantined.LEDGER_TO_CRM, region, outcome, false, age(claim));
        }
    }

    private boolean tooLarge(Map<String, Object> claim) {
        return (Integer) claim.get("size") > limit.largest;
    }

    /** The CRM has it: settles the row, unless the ledger has changed the entity again meanwhile. */
    public void sent(Map<String, Object> claim, String region) throws SQLException, JsonProcessingException {
        pace.taken(region);
        gate.observeExport((String) claim.get("entity"), (ObjectNode) json.readTree((String) claim.get("document")));
        settle(claim, region, Outcome.APPLIED);
    }

    /** The CRM has answered a call, whatever it said. */
    public void reached(String region) {
        pace.reached(region);
    }

    /** A call was made and failed: where the CRM's certificate is the reason, log and health tell so. */
    public void unreached(String region, Throwable failure) {
        pace.unreached(region, failure);
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
        outbox.later(claim, region, pace.notTaken(claim, region, retryAfter, status));
    }

    /**
     * The CRM may have carried it out, or may yet, after something newer: it gets the same again later, under the same key, until it
     * answers, and only then what the ledger says by now.
     */
    public void unheard(Map<String, Object> claim, String region, String retryAfter, Integer status) throws SQLException {
        outbox.unheard(claim, region, pace.notTaken(claim, region, retryAfter, status));
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
        // One for each entity, as for a change that comes back: what is refused again is told by the newest of them.
        var quarantined = new Quarantined(Outbox.source(region), subject, subject, Quarantined.LEDGER_TO_CRM, contract.label(), breaches.get(0).rule(),
                breaches, subject + "@" + claim.get("version"), true, null);
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
            var breaches = breaches((ObjectNode) json.readTree((String) claim.get("document")), contract.entity());
            return breaches.isEmpty() ? List.of(new Breach("schema", contract.label(), "", "schema", fields + "have been as the contract said")) : breaches;
        } catch (JsonProcessingException e) {
            // Its message quotes what it cannot read.
            return List.of(new Breach("not-json", contract.label(), "", "",
                    fields + "be read as JSON, of numbers up to 1,000 digits and a depth of 1,000; they cannot be"));
        }
    }

    private double age(Map<String, Object> claim) {
        return Math.max(0, (clock.millis() - ((Number) claim.get("changed_ms")).longValue()) / 1000.0);
    }
}
