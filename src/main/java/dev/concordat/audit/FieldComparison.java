package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.audit.AuditPlan.Entity;
import dev.concordat.audit.AuditPlan.Field;
import dev.concordat.audit.AuditReport.Unread;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Compares the fields of customers or accounts, as the CRM shows them and as the ledgers' rows hold them.
 *
 * <p>The rows are read beside the CRM's pages, by their keys, so nothing of them is kept. What is under way between the two makes them differ too;
 * so all that differ are looked at twice, the second time when a change has had as long as it may take, and only a field is found that both sides still
 * hold as before. A field that no record of the CRM has is one that it does not show, and is not compared.
 */
final class FieldComparison {
    private static final int BATCH = 500;
    /** The columns before those of the fields. */
    private static final int BEFORE = 3;

    private final Entity entity;
    private final Entities entities;
    private final Facts facts;
    private final Findings findings;
    private final Alerted alerted;
    private final Map<String, DataSource> regions;
    private final Consumer<Unread> unread;
    private final IntPredicate statusDiffers;
    private final AuditPlan.Names names;
    private final String rows;
    private final Map<String, Map<String, Seen>> batches = new HashMap<>();
    private final Set<String> broken = new HashSet<>();
    private final Map<String, LeftOut> leftOut = new TreeMap<>();
    private final Set<String> told = new HashSet<>();
    private final BitSet given = new BitSet();
    private final Suspects suspects = new Suspects();
    private boolean again;
    private long explained;

    /** A record of the CRM: the number of its entity and the values of the fields. */
    private record Seen(int number, String[] values) {
    }

    /**
     * @param unread        gets each region that cannot be read
     * @param statusDiffers says of whose status a finding tells already
     */
    FieldComparison(AuditPlan plan, Entity entity, Entities entities, Facts facts, Findings findings, Alerted alerted, Map<String, DataSource> regions,
            Consumer<Unread> unread, IntPredicate statusDiffers) {
        this.names = plan.names();
        this.entity = entity;
        this.entities = entities;
        this.facts = facts;
        this.findings = findings;
        this.alerted = alerted;
        this.regions = regions;
        this.unread = unread;
        this.statusDiffers = statusDiffers;
        String columns = entity.fields().stream().map(field -> ", " + field.form().column("t." + field.column())).collect(Collectors.joining());
        this.rows = """
                SELECT t.%1$s, t.versions, EXISTS (SELECT FROM concordat.outbox o WHERE o.entity = ? AND o.id = t.%1$s)
                  OR t.%1$s = ANY (ARRAY(SELECT n.id FROM concordat.note n WHERE n.entity = ? AND n.id = ANY (?)))%2$s
                FROM %3$s t WHERE t.%1$s = ANY (?)""".formatted(entity.key(), columns, entity.table());
    }

    /** Compares a record with its row, at once or with the next ones. */
    void take(int number, JsonNode record) {
        byte place = entities.ledger(number);
        if (place == Entities.NOWHERE) {
            noteIfBrought(number, record);
            return;
        }
        if (entities.is(number, Entities.TWICE) || again && !suspects.has(number)) {
            return;
        }
        String[] values = new String[entity.fields().size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = record.path(entity.fields().get(i).name());
            given.set(i, given.get(i) || !value.isMissingNode());
            values[i] = entity.fields().get(i).form().of(value);
        }
        String region = facts.regionName(place);
        Map<String, Seen> batch = batches.computeIfAbsent(region, name -> new HashMap<>());
        batch.put(entities.id(number), new Seen(number, values));
        if (batch.size() == BATCH) {
            compare(region, batch);
        }
    }

    /** A change may bring all of a record and not say that it creates it. */
    private void noteIfBrought(int number, JsonNode record) {
        boolean brought = entities.is(number, Entities.WAITS) && IntStream.range(0, entity.fields().size()).filter(i -> entity.fields().get(i).ofCrm()
                && !entities.waitsFor(number, i)).mapToObj(entity.fields()::get).allMatch(field -> field.form().of(record.path(field.name())) == null);
        if (brought) {
            entities.mark(number, Entities.BROUGHT);
        }
    }

    /** Compares what was taken and not compared yet. */
    void finish() {
        batches.forEach(this::compare);
        leftOut.forEach((region, rows) -> rows.sentence().filter(sentence -> told.add(region))
                .ifPresent(sentence -> unread.accept(Unread.of(region, "fields of " + entity.collection() + ": " + sentence))));
    }

    private void compare(String region, Map<String, Seen> batch) {
        if (!batch.isEmpty() && !broken.contains(region)) {
            try (Query query = new Query(regions.get(region), leftOut.computeIfAbsent(region, name -> new LeftOut()))) {
                String[] ids = batch.keySet().toArray(String[]::new);
                query.each(rows, row -> compare(region, row, batch.get(row.getString(1))), entity.name(), entity.name(), ids, ids);
            } catch (SQLException failure) {
                broken.add(region);
                unread.accept(Unread.of(region, "fields of " + entity.collection() + ": " + Query.reason(failure)));
            }
        }
        batch.clear();
    }

    private void compare(String region, ResultSet row, Seen seen) throws SQLException {
        boolean excused = false;
        BitSet found = new BitSet();
        for (int i = 0; i < seen.values.length; i++) {
            Field field = entity.fields().get(i);
            String held = field.form().of(row.getString(BEFORE + 1 + i));
            if (field.form().same(seen.values[i], held) || again && !given.get(i) || !counts(field, region, seen.number, seen.values[i] == null, row)) {
                continue;
            }
            int hash = 31 * Objects.hashCode(seen.values[i]) + Objects.hashCode(held);
            if (again && !suspects.has(seen.number, i, hash)) {
                alerted.moved(entity.name(), entities.id(seen.number));
            } else if (field.ofCrm() ? entities.waitsFor(seen.number, i) : isUntold(seen.number, row)) {
                excused = true;
            } else if (again) {
                found.set(i);
            } else {
                suspects.add(seen.number, i, hash);
            }
        }
        explained += excused ? 1 : 0;
        tell(region, seen.number, found);
    }

    /** A field that the CRM never set is not missing there, nor one that the ledger must not tell it. */
    private boolean counts(Field field, String region, int number, boolean isNoneInCrm, ResultSet row) throws SQLException {
        if (!field.ofCrm()) {
            return !field.untoldIn().contains(region);
        }
        return (!isNoneInCrm || wasSet(field, row)) && !(field.name().equals(names.status()) && statusDiffers.test(number));
    }

    private boolean wasSet(Field field, ResultSet row) throws SQLException {
        int place = facts.versionPlace(entity, field.column());
        Array held = row.getArray(2);
        Object[] versions = held == null ? new Object[0] : (Object[]) held.getArray();
        return place > 0 && place <= versions.length && versions[place - 1] instanceof Long version && version > 0;
    }

    /** Whether the CRM is still to be told of the entity; it is told all that the ledger owns of it. */
    private boolean isUntold(int number, ResultSet row) throws SQLException {
        return row.getBoolean(BEFORE) || entities.is(number, Entities.UNSENT);
    }

    /** How many are to be looked at again. */
    int suspects() {
        int[] count = {0};
        eachSuspect(number -> count[0]++);
        return count[0];
    }

    /** The numbers of those that are to be looked at again. */
    void eachSuspect(IntConsumer number) {
        suspects.each(given::get, number);
    }

    boolean isOf(Entities others) {
        return entities == others;
    }

    /** From now on only those are compared that differed before. */
    void lookAgain() {
        again = true;
    }

    /** Differences whose change waits somewhere. */
    long explained() {
        return explained;
    }

    /** Fields that a ledger has and no record of the CRM, such as {@code customer.taxId}. */
    List<String> ungiven() {
        return suspects.fields().stream().filter(field -> !given.get(field)).mapToObj(field -> entity.name() + "." + entity.fields().get(field).name())
                .toList();
    }

    private void tell(String region, int number, BitSet found) {
        List<String> ofCrm = new ArrayList<>();
        List<String> ofLedger = new ArrayList<>();
        found.stream().mapToObj(entity.fields()::get).forEach(field -> {
            if (field.name().equals(names.balance()) && !field.ofCrm()) {
                findings.add(FindingKind.UNBALANCED, region, entity.name(), entities.id(number), "the CRM shows another booked balance than the ledger");
            } else {
                (field.ofCrm() ? ofCrm : ofLedger).add(field.name());
            }
        });
        if (!ofCrm.isEmpty()) {
            findings.add(FindingKind.DIFFERENT_FIELD, region, entity.name(), entities.id(number),
                    "the ledger does not have the CRM's " + String.join(", ", ofCrm), entities.discarded(number));
        }
        if (!ofLedger.isEmpty()) {
            findings.add(FindingKind.DIFFERENT_FIELD, region, entity.name(), entities.id(number),
                    "the CRM does not have the ledger's " + String.join(", ", ofLedger));
        }
    }
}
