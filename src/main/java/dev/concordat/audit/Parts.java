package dev.concordat.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.audit.AuditReport.Unread;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads CRM, directory and ledgers for one audit. Whatever goes wrong with a part is told of this part, once. */
final class Parts {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Map<String, DataSource> regions;
    private final DataSource directory;
    private final CrmReader crm;
    private final Set<Unread> unread = new LinkedHashSet<>();
    private final Set<String> leftOut = new HashSet<>();
    private long records;

    Parts(Map<String, DataSource> regions, DataSource directory, CrmReader crm) {
        this.regions = regions;
        this.directory = directory;
        this.crm = crm;
    }

    Set<String> regions() {
        return regions.keySet();
    }

    void add(Unread part) {
        unread.add(part);
    }

    List<Unread> unread() {
        return List.copyOf(unread);
    }

    /** How many records the CRM gave. */
    long records() {
        return records;
    }

    /** Whether no record of a collection was left out: one that is not in its list may be that one. */
    boolean tookAll(String collection) {
        return !leftOut.contains(collection);
    }

    /** Returns whether the database is there. */
    boolean region(String region, Query.Reading reading) {
        return read(reason -> unread.add(Unread.of(region, reason)), regions.get(region), reading);
    }

    boolean directory(Query.Reading reading) {
        return read(reason -> unread.add(new Unread("directory", reason)), directory, reading);
    }

    /** A single check, in a transaction of its own: the others are none the worse for it, and no snapshot is held for long. */
    void check(String region, String what, FindingKind kind, Query.Reading reading) {
        read(reason -> unread.add(Unread.of(region, what, kind, reason)), regions.get(region), reading);
    }

    private static boolean read(Consumer<String> broken, DataSource source, Query.Reading reading) {
        try (Query query = new Query(source)) {
            reading.from(query);
            query.leftOut().ifPresent(broken);
        } catch (SQLException failure) {
            broken.accept(Query.reason(failure));
            return !Query.isAway(failure);
        } catch (RuntimeException failure) {
            broken.accept(LeftOut.reason(failure));
            LOG.debug("audit", failure);
        }
        return true;
    }

    interface CrmReading {
        void from(CrmReader crm, Consumer<JsonNode> each) throws IOException;
    }

    /**
     * Reads the list of a collection; returns whether it is whole.
     *
     * @param missing tells of a list that was cut short what the CRM gave
     */
    boolean crmList(String collection, Consumer<JsonNode> each, Supplier<Optional<String>> missing) {
        boolean read = crm(collection, each, (source, taken) -> source.read(collection, taken));
        Optional<String> gave = read ? missing.get() : Optional.empty();
        gave.ifPresent(sentence -> ofCrm(collection, sentence));
        return read && gave.isEmpty();
    }

    /** Reads of a collection what the reading reads; returns whether it could. */
    boolean crm(String collection, Consumer<JsonNode> each, CrmReading reading) {
        var broken = new LeftOut();
        try {
            reading.from(crm, record -> broken.unless(() -> {
                records++;
                each.accept(record);
            }));
            return true;
        } catch (IOException failure) {
            ofCrm(collection, failure.getMessage());
        } catch (RuntimeException failure) {
            ofCrm(collection, LeftOut.reason(failure));
            LOG.debug("audit", failure);
        } finally {
            broken.sentence().ifPresent(sentence -> {
                ofCrm(collection, sentence);
                leftOut.add(collection);
            });
        }
        return false;
    }

    private void ofCrm(String collection, String reason) {
        unread.add(new Unread("crm", collection + ": " + reason));
    }

    void judge(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            unread.add(new Unread("comparison", LeftOut.reason(failure)));
            LOG.debug("audit", failure);
        }
    }
}
