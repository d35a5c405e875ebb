package dev.concordat.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches that a consumer has handed on to other threads and that have not ended. Nothing more is read of a batch's partitions until it has:
 * so the changes of a partition are worked on in their order, and their offsets are committed in it.
 *
 * <p>Others say how a batch has ended; all else, as all that is asked of Kafka's client, is done by the thread that polls.
 */
final class UnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(UnderWay.class);
    /** How long a consumer that leaves waits for what it has handed on. */
    private static final Duration PARTING = Duration.ofSeconds(1);
    /** For so long nothing is read after a batch that ended without having been committed: it may end so again at once. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Partitions partitions;
    private final int most;
    private final Map<TopicPartition, Long> forming = new HashMap<>();
    private final List<Batch> batches = new ArrayList<>();
    private final BlockingQueue<Runnable> endings = new LinkedBlockingQueue<>();
    private final Set<TopicPartition> formingLost = new HashSet<>();
    private final Duration pause;
    private boolean parting;
    private boolean woken;
    private boolean failed;

    /** What of Kafka's client is needed. */
    interface Partitions {
        void pause(Collection<TopicPartition> some);

        void resume(Collection<TopicPartition> some);

        void seek(TopicPartition partition, long offset);

        Set<TopicPartition> assignment();

        void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback);
    }

    private static final class Batch {
        private final Map<TopicPartition, Long> firsts;
        /** Its partitions that somebody else may have by now, and be further with. */
        private final Set<TopicPartition> lost;

        Batch(Map<TopicPartition, Long> firsts, Set<TopicPartition> lost) {
            this.firsts = firsts;
            this.lost = new HashSet<>(lost);
        }
    }

    /** @param most so many batches at once; 0 where the thread that polls works on them itself, and has ended each before the next poll */
    UnderWay(Partitions partitions, int most) {
        this(partitions, most, PAUSE);
    }

    UnderWay(Partitions partitions, int most, Duration pause) {
        this.partitions = partitions;
        this.most = most;
        this.pause = pause;
    }

    /** Notes that a record belongs to the batch that forms. */
    void add(TopicPartition partition, long offset) {
        if (most > 0) {
            forming.merge(partition, offset, Math::min);
        }
    }

    /** The batch that has formed, if any, was handed on. Waits until there may be another one. */
    void handOn() {
        if (!forming.isEmpty()) {
            partitions.pause(owned(forming.keySet()));
            batches.add(new Batch(Map.copyOf(forming), formingLost));
            forming.clear();
            formingLost.clear();
        }
        settle();
        if (failed) {
            failed = false;
            LockSupport.parkNanos(pause.toNanos());
        }
        while (most > 0 && batches.size() >= most) {
            await(Duration.ofDays(1));
        }
    }

    boolean tracks() {
        return most > 0;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /** Waits until all have ended. */
    void awaitAll() {
        while (!batches.isEmpty()) {
            await(Duration.ofDays(1));
        }
    }

    /** Waits until one ends, or the time is over. */
    void await(Duration longest) {
        try {
            Runnable ending = endings.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
            if (ending != null) {
                ending.run();
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Ends a wait for a batch by a {@link WakeupException}, unless the consumer leaves already; by any thread. */
    void wakeUp() {
        endings.add(() -> {
            if (!parting) {
                woken = true;
                throw new WakeupException();
            }
        });
    }

    /** Does what the endings ask for that have come. */
    void settle() {
        for (Runnable ending = endings.poll(); ending != null; ending = endings.poll()) {
            ending.run();
        }
    }

    /** The effects of a batch are durable; by any thread. */
    void committed(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        endings.add(() -> commit(offsets, callback));
    }

    /**
     * A batch is over; by any thread. Where it was not committed, its partitions are read once more from where it began.
     *
     * @param firsts the offsets at which it began
     */
    void over(Map<TopicPartition, Long> firsts) {
        endings.add(() -> release(firsts));
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        end(batch -> batch.firsts.keySet().equals(offsets.keySet())).ifPresent(batch -> {
            var ours = new HashMap<>(offsets);
            ours.keySet().removeAll(batch.lost);
            if (!ours.isEmpty()) {
                partitions.commit(ours, callback);
            }
        });
    }

    private void release(Map<TopicPartition, Long> firsts) {
        end(batch -> batch.firsts.equals(firsts)).ifPresent(batch -> {
            owned(firsts.keySet()).stream().filter(partition -> !batch.lost.contains(partition))
                    .forEach(partition -> partitions.seek(partition, firsts.get(partition)));
            failed = true;
        });
    }

    private Optional<Batch> end(Predicate<Batch> which) {
        var ended = batches.stream().filter(which).findFirst();
        ended.ifPresent(batch -> {
            batches.remove(batch);
            partitions.resume(owned(batch.firsts.keySet()));
        });
        return ended;
    }

    private Set<TopicPartition> owned(Set<TopicPartition> some) {
        var owned = new HashSet<>(some);
        owned.retainAll(partitions.assignment());
        return owned;
    }

    /** Whether a batch of one of the partitions is under way. */
    boolean holds(TopicPartition partition) {
        return batches.stream().anyMatch(each -> each.firsts.containsKey(partition));
    }

    /** The partitions go to somebody else, who begins where this one has ended; one that closes does not wait for long, and not at all where it was woken. */
    void revoked(Collection<TopicPartition> some) {
        settle();
        long end = System.nanoTime() + (woken ? 0 : PARTING.toNanos());
        try {
            while (some.stream().anyMatch(this::holds) && (!parting || System.nanoTime() - end < 0)) {
                await(parting ? Duration.ofNanos(Math.max(0, end - System.nanoTime())) : Duration.ofDays(1));
            }
        } catch (InterruptException e) {
            // Kafka's client goes on without: it has to tell the group that it leaves.
            LOG.debug("a batch is left under way", e);
        }
        lost(some);
    }

    /** The partitions are somebody else's already, or come back to be read from where they were committed: no batch of them is committed any more. */
    void lost(Collection<TopicPartition> some) {
        formingLost.addAll(some);
        formingLost.retainAll(forming.keySet());
        batches.forEach(each -> some.stream().filter(each.firsts::containsKey).forEach(each.lost::add));
    }

    /** Some partitions have come, perhaps again: of what is still under way nothing is read. */
    void assigned(Collection<TopicPartition> some) {
        partitions.pause(some.stream().filter(this::holds).toList());
    }

    /** From now on nobody is waited for long. */
    void part() {
        parting = true;
    }
}
