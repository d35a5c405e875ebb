package dev.concordat.ledger;

import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Outcome;
import dev.concordat.change.Outcomes;
import dev.concordat.change.Quarantined;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** Takes a lane's verdicts on a wave: counts the outcomes and names what goes to quarantine. */
public final class Verdicts {
    private static final Set<String> OUTCOMES = Set.of("applied", "duplicate", "superseded", "filtered", "parked");
    private static final Set<String> REFUSALS = Set.of("22", "23", "44", "54", "P0");
    /** Classes of what PostgreSQL says itself, other than those. */
    private static final Set<String> POSTGRES = Set.of("00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "24", "25",
            "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "53", "55", "57", "58", "72", "F0", "HV", "XX");
    private static final Map<String, Sentence> SENTENCES = Map.of(
            "version-conflict", new Sentence("", "`sequence` should be new: another change has already set this version of the "
                    + "%s with other content"),
            "status-misaligned", new Sentence("/after/status", "`/after/status` should not close the %s while an account has a "
                    + "balance other than zero; settle the accounts first"),
            "account-owner-mismatch", new Sentence("/after/customer", "`/after/customer` should name the customer to whom the "
                    + "%s belongs in the ledger; it names another"),
            "ledger-refused", new Sentence("", "The ledger should be able to store the %s and refuses it (%s)"));

    private final String region;
    private final Outcomes outcomes;
    private final Clock clock;

    private record Sentence(String pointer, String pattern) {
    }

    public Verdicts(String region, Outcomes outcomes, Clock clock) {
        this.region = region;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** Takes the row that the statement of a portion's plain changes returned; returns the waves in which the others are judged. */
    public List<Wave> takePlain(List<Map<String, Object>> rows, Portion portion) {
        String applied = (String) rows.get(0).get("applied");
        portion.seen().newest().set(((Number) rows.get(0).get("seen")).longValue());
        if (applied == null) {
            return portion.waves();
        }
        var written = Arrays.stream(applied.split(",")).map(number -> portion.records().get(Integer.parseInt(number))).toList();
        var now = clock.instant();
        outcomes.applied(portion.entity(), region, written.stream().map(each -> Duration.between(each.at(), now)).toList());
        return portion.left(written);
    }

    /** Takes the rows that the apply statement returned, in the order of the wave; returns what goes to quarantine. */
    public List<Breached> take(List<Map<String, Object>> rows, Wave wave) {
        var breached = new ArrayList<Breached>();
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            String verdict = (String) row.get("verdict");
            if (OUTCOMES.contains(verdict)) {
                outcomes.ended(wave.entity(), Quarantined.CRM_TO_LEDGER, region, outcome(verdict), wave.records().get(i).returned(),
                        ((Number) row.get("age")).doubleValue());
            } else if (!verdict.equals("repeated")) {
                breached.add(breached(wave.records().get(i), verdict, ""));
            }
        }
        return breached;
    }

    /**
     * Whether the ledger refuses the data, whatever is tried: SQLSTATE classes 22, 23, 44, 54 (as where a value is too long for an index of the
     * ledger's own), and what its own triggers say, P0 or a class that PostgreSQL does not have. That another bridge has just entered the same
     * change is no refusal: tried again, the ledger finds it.
     */
    public boolean refuses(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException said && said.getServerErrorMessage() != null) {
                String kind = said.getSQLState().substring(0, 2);
                return REFUSALS.contains(kind) ? !enteredMeanwhile(said) : !POSTGRES.contains(kind);
            }
        }
        return REFUSALS.contains(sqlState(failure).substring(0, 2));
    }

    private static boolean enteredMeanwhile(PSQLException refusal) {
        return PSQLState.UNIQUE_VIOLATION.getState().equals(refusal.getSQLState()) && "concordat".equals(refusal.getServerErrorMessage().getSchema());
    }

    /** Takes the one change that the ledger refused. */
    public List<Breached> refused(Wave wave, Exception failure) {
        String state = "SQLSTATE " + sqlState(failure);
        return List.of(breached(wave.records().get(0), "ledger-refused", Refusal.broken(failure).map(broken -> state + ", " + broken).orElse(state)));
    }

    /** The messages that take changes in breach to their region's quarantine queue. */
    public List<QuarantineMessage> messages(List<Breached> breached) {
        return QuarantineMessage.of(breached);
    }

    /**
     * Counts the changes that quarantine has taken.
     *
     * @param rows that the statement returned that keeps them; null where the ledger refused it
     */
    public void kept(List<Map<String, Object>> rows) {
        if (rows != null) {
            rows.forEach(row -> outcomes.kept(new Outcomes.Kept(Outcomes.Fate.valueOf((String) row.get("fate")), (String) row.get("direction"),
                    (String) row.get("subject"), (String) row.get("contract"), (String) row.get("rule"), (Boolean) row.get("returned")), region));
        }
    }

    private static Outcome outcome(String verdict) {
        return Outcome.valueOf(verdict.toUpperCase(Locale.ROOT));
    }

    private static Breached breached(LaneRecord laneRecord, String rule, String detail) {
        var breach = laneRecord.misplaced() != null && laneRecord.misplaced().rule().equals(rule) ? laneRecord.misplaced() : breach(laneRecord, rule, detail);
        var quarantined = new Quarantined(laneRecord.source(), laneRecord.id(), laneRecord.subject(), Quarantined.CRM_TO_LEDGER,
                laneRecord.contract(), rule, List.of(breach), laneRecord.delivery(), laneRecord.returned(), laneRecord.at().toString());
        return new Breached(quarantined.bookedUnder(laneRecord.receipt()), laneRecord.original());
    }

    private static Breach breach(LaneRecord laneRecord, String rule, String detail) {
        var sentence = SENTENCES.get(rule);
        return new Breach(rule, laneRecord.contract(), sentence.pointer, rule, sentence.pattern.formatted(laneRecord.entity(), detail));
    }

    static String sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.sql.SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "unknown";
    }
}
