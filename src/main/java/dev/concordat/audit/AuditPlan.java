package dev.concordat.audit;

import dev.concordat.BridgeException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the contracts promise and where the audit looks it up; filled from the contracts by the bridge.
 *
 * @param targets   the promises that are measured
 * @param status    which customer status forbids postings
 * @param fields    names of the compared fields in the CRM's records
 * @param ledger    tables and columns of the ledgers
 * @param formRules rules that judge a change's form; a breach of any other rule is a violation of the agreement
 * @param counts    SQL rules of the contracts
 * @param settle    how long a CRM record must have rested before it is compared
 * @param parkedFor how long a change may be parked before it is an orphan
 * @param examples  how many examples of a kind of finding in a region the report shows
 */
public record AuditPlan(
        Targets targets, Status status, Fields fields, Ledger ledger, Set<String> formRules, List<CountRule> counts,
        Duration settle, Duration parkedFor, int examples) {

    /**
     * @param compliance        share of received changes that keep the schema; more than this is agreed
     * @param latency           time from the CRM's change to the ledger's commit that is agreed
     * @param latencyPercentile share of changes that has to be as fast as that
     * @param violations        share of received changes that break another rule; less than this is agreed
     */
    public record Targets(double compliance, Duration latency, double latencyPercentile, double violations) {
        public Targets {
            share(compliance, "compliance");
            share(latencyPercentile, "latencyPercentile");
            share(violations, "violations");
            check(latency.toMillis() > 0, "'latency' has to be longer than 0");
        }

        private static void share(double value, String name) {
            check(value > 0 && value < 1, "'" + name + "' is [" + value + "], a share between 0 and 1 is right");
        }
    }

    /** Customer statuses that forbid postings, and those of them that allow no balance either. */
    public record Status(List<String> blocking, List<String> closing) {
        public Status {
            blocking = List.copyOf(blocking);
            closing = List.copyOf(closing);
            check(blocking.size() < Byte.MAX_VALUE, "more than 126 blocking statuses");
            check(blocking.containsAll(closing), "every closing status has to be a blocking one");
        }
    }

    /**
     * Names in the CRM's records: of the customer's status, the account's customer and booked balance, the last write.
     */
    public record Fields(String status, String customer, String balance, String updatedAt) {}

    /** Tables and columns of a ledger, as they are written in SQL. */
    public record Ledger(
            String customers, String accounts, String postings, String status, String blocked, String customer,
            String opening, String booked) {
        private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");

        public Ledger {
            for (String name : List.of(customers, accounts, postings, status, blocked, customer, opening, booked)) {
                check(NAME.matcher(name).matches(), "[" + name + "] is no name of a table or column");
            }
        }
    }

    /**
     * A rule of a contract in SQL.
     *
     * @param query    answers one row with one number
     * @param holds    whether the number is as it has to be
     * @param demand   what it has to be in words, such as {@code greater than 0}
     * @param severity {@code error}: a breach is a finding; {@code warning} or {@code info}: it is only observed
     */
    public record CountRule(String name, String contract, String query, Predicate<BigDecimal> holds, String demand, String severity) {
        boolean isEnforced() {
            return severity.equals("error");
        }
    }

    public AuditPlan {
        formRules = Set.copyOf(formRules);
        counts = List.copyOf(counts);
        check(examples >= 0, "'examples' has to be 0 or more");
    }

    /** What the delivered contracts say. */
    public static AuditPlan defaults() {
        return new AuditPlan(
                new Targets(0.995, Duration.ofSeconds(30), 0.995, 0.001),
                new Status(List.of("suspended", "closed", "deceased"), List.of("closed")),
                new Fields("status", "customer", "bookedBalance", "updatedAt"),
                new Ledger("ledger.customer", "ledger.account", "ledger.posting", "status", "postings_blocked",
                        "customer_id", "opening_balance", "booked_balance"),
                Set.of("schema", "not-json", "envelope", "contract-version", "document-size"),
                List.of(), Duration.ofSeconds(30), Duration.ofHours(1), 100);
    }

    public AuditPlan withTargets(Targets other) {
        return new AuditPlan(other, status, fields, ledger, formRules, counts, settle, parkedFor, examples);
    }

    public AuditPlan withStatus(Status other) {
        return new AuditPlan(targets, other, fields, ledger, formRules, counts, settle, parkedFor, examples);
    }

    public AuditPlan withCounts(List<CountRule> others) {
        return new AuditPlan(targets, status, fields, ledger, formRules, others, settle, parkedFor, examples);
    }

    public AuditPlan withTimes(Duration settleTime, Duration parkedTime) {
        return new AuditPlan(targets, status, fields, ledger, formRules, counts, settleTime, parkedTime, examples);
    }

    public AuditPlan withExamples(int number) {
        return new AuditPlan(targets, status, fields, ledger, formRules, counts, settle, parkedFor, number);
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new BridgeException("The audit's plan: " + otherwise + ".");
        }
    }
}
