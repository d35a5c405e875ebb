package dev.concordat.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.change.Breach;
import dev.concordat.change.Outcome;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;

/** Takes a lane's verdicts on a wave: counts the outcomes and turns each breach into a message for quarantine. */
public final class Verdicts {
    private static final Set<String> OUTCOMES = Set.of("applied", "duplicate", "superseded", "filtered", "parked");
    private static final Set<String> REFUSALS = Set.of("22", "23", "44", "P0");
    private static final Map<String, Sentence> SENTENCES = Map.of(
            "version-conflict", new Sentence("", "`sequence` should be new: another change has already set this version of the "
                    + "%s with other content"),
            "status-misaligned", new Sentence("/after/status", "`/after/status` should not close the %s while an account has a "
                    + "balance other than zero; settle the accounts first"),
            "account-owner-mismatch", new Sentence("/after/customer", "`/after/customer` should name the customer to whom the "
                    + "%s belongs in the ledger; it names another"),
            "ledger-refused", new Sentence("", "The ledger should be able to store the %s; it refuses it (SQLSTATE %s)"));

    private final String region;
    private final Outcomes outcomes;
    private final ObjectMapper json = JsonMapper.builder().build();

    private record Sentence(String pointer, String pattern) {
    }

    public Verdicts(String region, Outcomes outcomes) {
        this.region = region;
        this.outcomes = outcomes;
    }

    /** Takes the rows that the apply statement returned, in the order of the wave; returns what goes to quarantine. */
    public List<Message> take(List<Map<String, Object>> rows, Wave wave, Exchange exchange) {
        var breached = new ArrayList<Message>();
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            String verdict = (String) row.get("verdict");
            boolean counted = !(Boolean) row.get("returned") || !verdict.equals("duplicate");
            if (OUTCOMES.contains(verdict)) {
                if (counted) {
                    outcomes.ended(wave.entity(), Quarantined.CRM_TO_LEDGER, region, outcome(verdict),
                            ((Number) row.get("age")).doubleValue());
                }
            } else if (!verdict.equals("repeated")) {
                breached.add(breached(wave.records().get(i), verdict, "", exchange.getContext()));
            }
        }
        return breached;
    }

    /** Whether the ledger refuses the data (SQLSTATE classes 22, 23, 44, and P0 for its own triggers), whatever is tried. */
    public boolean refuses(Exception failure) {
        return REFUSALS.contains(sqlState(failure).substring(0, 2));
    }

    /** Takes the one change that the ledger refused. */
    public Message refused(Wave wave, Exception failure, Exchange exchange) {
        return breached(wave.records().get(0), "ledger-refused", sqlState(failure), exchange.getContext());
    }

    /** Counts a change that its region's quarantine queue has taken. */
    public void quarantined(@Header(QuarantineMessages.HEADER) String quarantined) {
        outcomes.quarantined(Quarantined.of(quarantined), region);
    }

    private static Outcome outcome(String verdict) {
        return Outcome.valueOf(verdict.toUpperCase(Locale.ROOT));
    }

    private Message breached(LaneRecord laneRecord, String rule, String detail, CamelContext context) {
        JsonNode verdict = parse(laneRecord.verdict().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        JsonNode change = parse(laneRecord.change());
        String contract = verdict.path("contract").asText();
        var sentence = SENTENCES.get(rule);
        var breach = new Breach(rule, contract, sentence.pointer, rule, sentence.pattern.formatted(laneRecord.entity(), detail));
        var quarantined = new Quarantined(change.path("source").asText(), change.path("id").asText(), laneRecord.subject(),
                Quarantined.CRM_TO_LEDGER, contract, rule, List.of(breach), verdict.path(verdict.has("delivery") ? "delivery" : "receipt").asText(),
                verdict.path("returned").asBoolean(), change.path("time").asText(null));
        return QuarantineMessages.message(context, laneRecord.change(), quarantined.json());
    }

    private JsonNode parse(byte[] bytes) {
        try {
            return json.readTree(bytes);
        } catch (IOException e) {
            return json.createObjectNode();
        }
    }

    private static String sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.sql.SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "unknown";
    }
}
