package dev.concordat.ledger;

import dev.concordat.BridgeException;
import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Quarantined;
import dev.concordat.change.ReturnRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;

/** Sorts a batch into waves, and sets aside what admit found in breach. */
public final class Waves {
    private static final Pattern CHANGE_AT = Pattern.compile("[0-9]{1,7}");

    private final Statements statements;

    /**
     * What a batch is made of.
     *
     * @param waves   to write, in this order
     * @param breached for the region's quarantine
     * @param outdated judged by an older major than is in force by now, to be judged again
     */
    public record Batch(List<Wave> waves, List<Breached> breached, List<? extends ReturnRecords.Returned> outdated) {
    }

    public Waves(Statements statements) {
        this.statements = statements;
    }

    /**
     * Sorts the records of a batch; those of one entity id keep their order, each in a wave of its own. So do those of one change that
     * came twice: the second finds the first in the inbox. Within a wave the records are in the order of their subjects, so that two
     * batches at once never wait for each other's rows in a circle.
     *
     * @throws BridgeException when a change was judged by a newer contract than the one in force here
     */
    public Batch sort(List<Exchange> batch) {
        var breached = new ArrayList<Breached>();
        var outdated = new ArrayList<LaneRecord>();
        var apply = statements.apply();
        var byEntity = byEntity(apply);
        for (Exchange exchange : batch) {
            var message = exchange.getMessage();
            Object quarantined = message.getHeader(LaneRecords.QUARANTINED);
            var laneRecord = quarantined != null ? null : read(message, apply);
            if (laneRecord == null) {
                breached.add(new Breached(inBreach(quarantined, message), bytes(message)));
                continue;
            }
            if (isOutdated(laneRecord, apply)) {
                outdated.add(laneRecord);
            } else {
                add(laneRecord, apply, byEntity);
            }
        }
        var waves = new ArrayList<Wave>();
        byEntity.forEach((entity, records) -> waves.addAll(inOrder(apply.get(entity), records, Duration.ZERO)));
        return new Batch(waves, breached, outdated);
    }

    /**
     * Sorts changes that come straight from admit.
     *
     * @param changes  judged, none of them in breach
     * @param patience of each statement
     * @param seen     numbers of the region's quarantine
     * @return one portion for each entity that has changes, parents before dependents
     * @throws BridgeException when a change was judged by a newer contract than the one in force here, or by an older major
     */
    List<Portion> portions(List<Change> changes, Duration patience, Seen seen) throws IOException {
        var apply = statements.apply();
        var byEntity = byEntity(apply);
        for (Change change : changes) {
            var laneRecord = apply.get(change.envelope().entity()).take(change);
            if (isOutdated(laneRecord, apply)) {
                throw new BridgeException("a change was judged by " + laneRecord.contract() + ", which has a newer major by now");
            }
            add(laneRecord, apply, byEntity);
        }
        var portions = new ArrayList<Portion>();
        var before = new HashSet<Object>(4 * changes.size());
        byEntity.forEach((entity, records) -> {
            if (!records.isEmpty()) {
                portions.add(Portion.of(apply.get(entity), records, patience, seen, before));
            }
        });
        return portions;
    }

    /** A list for the records of each entity, parents before dependents. */
    private static Map<String, List<LaneRecord>> byEntity(Map<String, ApplyStatement> apply) {
        var byEntity = new LinkedHashMap<String, List<LaneRecord>>();
        apply.keySet().forEach(entity -> byEntity.put(entity, new ArrayList<>()));
        return byEntity;
    }

    /** What has ended needs no fields any more. */
    private static boolean isOutdated(LaneRecord laneRecord, Map<String, ApplyStatement> apply) {
        return laneRecord.outcome() == null && apply.get(laneRecord.entity()).contract().isMajorAbove(laneRecord.contract());
    }

    private static void add(LaneRecord laneRecord, Map<String, ApplyStatement> apply, Map<String, List<LaneRecord>> byEntity) {
        if (apply.get(laneRecord.entity()).contract().isOlderThan(laneRecord.contract())) {
            throw new BridgeException("a change was judged by " + laneRecord.contract() + ", which is not in force here yet");
        }
        byEntity.get(laneRecord.entity()).add(laneRecord);
    }

    /** Sorts records of one entity into as few waves as keep their order. */
    static List<Wave> inOrder(ApplyStatement statement, List<LaneRecord> records, Duration patience) {
        var rounds = new HashMap<Object, Integer>();
        var waves = new ArrayList<List<LaneRecord>>();
        for (LaneRecord each : records) {
            var event = event(each);
            int round = Math.max(rounds.getOrDefault(each.subject(), 0), rounds.getOrDefault(event, 0));
            rounds.put(each.subject(), round + 1);
            rounds.put(event, round + 1);
            if (waves.size() == round) {
                waves.add(new ArrayList<>());
            }
            waves.get(round).add(each);
        }
        waves.forEach(wave -> wave.sort(Comparator.comparing(LaneRecord::subject)));
        return waves.stream().map(wave -> new Wave(statement, wave, patience)).toList();
    }

    /** What tells whether a record is the same change as another. */
    static Object event(LaneRecord laneRecord) {
        return new Event(laneRecord.source(), laneRecord.id());
    }

    /** Null for a record that admit did not write. */
    private static LaneRecord read(Message message, Map<String, ApplyStatement> apply) {
        String subject = text(message.getHeader(LaneRecords.SUBJECT));
        String changeAt = text(message.getHeader(LaneRecords.CHANGE_AT));
        if (subject == null || subject.indexOf('/') < 0 || changeAt == null || !CHANGE_AT.matcher(changeAt).matches()) {
            return null;
        }
        var statement = apply.get(subject.substring(0, subject.indexOf('/')));
        byte[] bytes = bytes(message);
        int begin = Integer.parseInt(changeAt);
        if (statement == null || begin >= bytes.length) {
            return null;
        }
        try {
            return statement.read(subject, bytes, begin);
        } catch (IOException e) {
            return null;
        }
    }

    /** What admit said of a change in breach. */
    private static Quarantined inBreach(Object quarantined, Message message) {
        return (quarantined instanceof byte[] json ? Quarantined.read(json) : Optional.<Quarantined>empty())
                .map(found -> found.bookedUnder(text(message.getHeader(ChangeReader.FIRST)))).orElseGet(() -> foreign(message));
    }

    private static Quarantined foreign(Message message) {
        String receipt = message.getHeader(KafkaConstants.TOPIC) + "-" + message.getHeader(KafkaConstants.PARTITION) + "@"
                + message.getHeader(KafkaConstants.OFFSET);
        return Quarantined.unread(receipt, new Breach("envelope", "none", "", "envelope",
                "A change should come through the intake; only admit writes to a lane's topic"));
    }

    private record Event(String source, String id) {
    }

    /** A tombstone has none. */
    private static byte[] bytes(Message message) {
        byte[] body = message.getBody(byte[].class);
        return body == null ? new byte[0] : body;
    }

    private static String text(Object header) {
        return header instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) header;
    }
}
