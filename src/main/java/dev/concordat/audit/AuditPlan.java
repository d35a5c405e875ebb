package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.BridgeException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What the contracts promise and where the audit looks it up; filled from the contracts by the bridge.
 *
 * @param targets   the promises that are measured
 * @param status    which customer status forbids postings
 * @param customers what has a status and lives in a region
 * @param accounts  what hangs on customers and has a balance; empty where no contract is about such
 * @param names     of what is compared by rules of its own, in the CRM's records
 * @param columns   of the same in the ledgers
 * @param regionOf  the region where a resident of a country has to live; empty for a country that has none
 * @param formRules rules that judge a change's form; a breach of any other rule is a violation of the agreement
 * @param counts    SQL rules of the contracts
 * @param settle    how long a change may be under way
 * @param longer    by how much longer one may be now, as older ones stand unread
 * @param parkedFor how long a change may be parked before it is an orphan
 * @param examples  how many examples of a kind of finding in a region the report shows
 */
public record AuditPlan(
        Targets targets, Status status, Entity customers, Optional<Entity> accounts, Names names, Columns columns,
        Function<String, Optional<String>> regionOf, Set<String> formRules, List<CountRule> counts, Duration settle, Duration longer, Duration parkedFor,
        int examples) {

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

    /**
     * @param blocking customer statuses that forbid postings
     * @param closing  those of them that allow no balance either
     * @param known    all that the contract knows; none where any will do
     * @param shown    whether a status may be named, or only what it forbids
     */
    public record Status(List<String> blocking, List<String> closing, List<String> known, boolean shown) {
        /** Where no contract says what statuses forbid. */
        public static final Status NONE = new Status(List.of(), List.of(), List.of(), true);

        public Status {
            blocking = List.copyOf(blocking);
            closing = List.copyOf(closing);
            known = List.copyOf(known);
            check(blocking.size() < Byte.MAX_VALUE - 1, "more than 125 blocking statuses");
            check(blocking.containsAll(closing), "every closing status has to be a blocking one");
            check(known.isEmpty() || known.containsAll(blocking), "every blocking status has to be a known one");
        }
    }

    /**
     * Customers or accounts.
     *
     * @param name   the contract's, such as {@code customer}; the CRM's collection is called so with an s
     * @param table  of the ledgers, as it is written in SQL
     * @param key    its column with the id
     * @param fields those that are compared, whoever owns them
     * @param synced brings a record of the CRM into the form in which it goes to the ledgers
     * @param intent tells what a change as it came from the CRM would set; empty where it may be anything
     */
    public record Entity(
            String name, String table, String key, List<Field> fields, UnaryOperator<JsonNode> synced, Function<byte[], Optional<Intent>> intent) {
        public Entity {
            fields = List.copyOf(fields);
        }

        /** The place of a field; -1 where there is none of the name. */
        int place(String field) {
            return IntStream.range(0, fields.size()).filter(i -> fields.get(i).name().equals(field)).findFirst().orElse(-1);
        }

        String collection() {
            return name + "s";
        }
    }

    /**
     * What a change would do that was not applied yet.
     *
     * @param creates whether it brings what it is about
     * @param fields  the names of those that it sets
     */
    public record Intent(boolean creates, Set<String> fields) {
        public Intent {
            fields = Set.copyOf(fields);
        }
    }

    /**
     * A field that both sides hold.
     *
     * @param name     in the CRM's records
     * @param column   in the ledgers
     * @param ofCrm    whether the CRM owns it, else the ledger
     * @param untoldIn regions whose ledgers must not tell the CRM what it is
     */
    public record Field(String name, String column, Form form, boolean ofCrm, Set<String> untoldIn) {
        public Field {
            untoldIn = Set.copyOf(untoldIn);
        }
    }

    /** Names in the CRM's records: of the customer's status and residency, the account's customer and balance, the last write. */
    public record Names(String status, String residency, String customer, String balance, String updatedAt) {}

    /** The same in a ledger, and what forbids postings on either, each as it is written in SQL; empty for what no contract names. */
    public record Columns(
            Optional<String> status, Optional<String> residency, Optional<String> blocked, Optional<String> customer, Optional<String> balance) {}

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

    public AuditPlan withCounts(List<CountRule> others) {
        return new AuditPlan(targets, status, customers, accounts, names, columns, regionOf, formRules, others, settle, longer, parkedFor, examples);
    }

    public AuditPlan withTimes(Duration settleTime, Duration parkedTime) {
        return new AuditPlan(targets, status, customers, accounts, names, columns, regionOf, formRules, counts, settleTime, longer, parkedTime, examples);
    }

    public AuditPlan withExamples(int number) {
        return new AuditPlan(targets, status, customers, accounts, names, columns, regionOf, formRules, counts, settle, longer, parkedFor, number);
    }

    public AuditPlan withLonger(Duration time) {
        return new AuditPlan(targets, status, customers, accounts, names, columns, regionOf, formRules, counts, settle, time, parkedFor, examples);
    }

    /** How long a CRM record must have rested before it is compared, and a difference must have stood before it is found. */
    Duration underWay() {
        return settle.plus(longer);
    }

    /** What no contract says, so that it is not judged. */
    List<String> unsaid() {
        List<String> unsaid = new ArrayList<>();
        if (columns.status().isEmpty()) {
            unsaid.add("statuses and what they forbid, of which the contract of " + customers.name() + " says nothing");
        } else if (status.closing().isEmpty()) {
            unsaid.add("who is gone from the CRM, as no status of the contract of " + customers.name() + " closes");
        }
        if (accounts.isPresent() && columns.balance().isEmpty()) {
            unsaid.add("booked balances, for which no contract names a column");
        }
        return unsaid;
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new BridgeException("The audit's plan: " + otherwise + ".");
        }
    }
}
