package dev.concordat.ledger;

import dev.concordat.change.Breach;
import dev.concordat.change.LaneRecords;
import dev.concordat.change.Quarantined;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;

/** Sorts a lane's batch into waves, one statement each, and sets aside what admit found in breach. */
public final class Waves {
    private static final Pattern CHANGE_AT = Pattern.compile("[0-9]{1,7}");

    private final List<String> entities;
    private final Function<String, ApplyStatement> statementOf;

    /**
     * What a batch is made of.
     *
     * @param waves   to write, in this order
     * @param breached messages for the region's quarantine
     */
    public record Batch(List<Wave> waves, List<Message> breached) {
    }

    /**
     * @param entities    entities in the order in which they are written: a parent before what depends on it
     * @param statementOf the apply statement of an entity
     */
    public Waves(List<String> entities, Function<String, ApplyStatement> statementOf) {
        this.entities = List.copyOf(entities);
        this.statementOf = statementOf;
    }

    /**
     * Sorts the records of a batch; those of one entity id keep their order, each in a wave of its own. So do those of one change that
     * came twice: the second finds the first in the inbox.
     */
    public Batch sort(List<Exchange> batch) {
        var breached = new ArrayList<Message>();
        var rounds = new HashMap<Object, Integer>();
        var waves = new LinkedHashMap<Position, List<LaneRecord>>();
        for (Exchange exchange : batch) {
            var message = exchange.getMessage();
            String quarantined = text(message.getHeader(LaneRecords.QUARANTINED));
            if (quarantined != null && Quarantined.describes(quarantined)) {
                breached.add(quarantineMessage(message, quarantined));
                continue;
            }
            var laneRecord = quarantined != null ? null : read(message);
            if (laneRecord == null) {
                breached.add(quarantineMessage(message, foreign(message)));
                continue;
            }
            var event = new Event(laneRecord.source(), laneRecord.id());
            int round = Math.max(rounds.getOrDefault(laneRecord.subject(), 0), rounds.getOrDefault(event, 0)) + 1;
            rounds.put(laneRecord.subject(), round);
            rounds.put(event, round);
            waves.computeIfAbsent(new Position(entities.indexOf(laneRecord.entity()), round), p -> new ArrayList<>())
                    .add(laneRecord);
        }
        return new Batch(inOrder(waves), breached);
    }

    /** Null for a record that admit did not write. */
    private LaneRecord read(Message message) {
        String subject = text(message.getHeader(LaneRecords.SUBJECT));
        String changeAt = text(message.getHeader(LaneRecords.CHANGE_AT));
        if (subject == null || subject.indexOf('/') < 0 || changeAt == null || !CHANGE_AT.matcher(changeAt).matches()) {
            return null;
        }
        String entity = subject.substring(0, subject.indexOf('/'));
        byte[] bytes = bytes(message);
        int begin = Integer.parseInt(changeAt);
        if (!entities.contains(entity) || begin >= bytes.length) {
            return null;
        }
        try {
            return statementOf.apply(entity).read(subject, bytes, begin);
        } catch (IOException e) {
            return null;
        }
    }

    private static String foreign(Message message) {
        String receipt = message.getHeader(KafkaConstants.TOPIC) + "-" + message.getHeader(KafkaConstants.PARTITION) + "@"
                + message.getHeader(KafkaConstants.OFFSET);
        return Quarantined.unread(receipt, new Breach("envelope", "none", "", "envelope",
                "A change should come through the intake; only admit writes to a lane's topic"));
    }

    private List<Wave> inOrder(Map<Position, List<LaneRecord>> waves) {
        return waves.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparingInt(Position::entity).thenComparingInt(Position::round)))
                .map(wave -> new Wave(statementOf.apply(entities.get(wave.getKey().entity)), wave.getValue())).toList();
    }

    private record Position(int entity, int round) {
    }

    private record Event(String source, String id) {
    }

    private static Message quarantineMessage(Message lane, String quarantined) {
        return QuarantineMessages.message(lane.getExchange().getContext(), bytes(lane), quarantined);
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
