package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.audit.AuditReport.Bucket;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void answersTheLatencyThatTheShareReallyHad() {
        for (int ms = 1; ms <= 200; ms++) {
            latencies.add(ms, 1);
        }
        assertThat(latencies.percentile(0.5)).isEqualTo(100);
        assertThat(latencies.percentile(0.995)).isEqualTo(199);
        assertThat(latencies.percentile(0.9951)).isEqualTo(200);
        assertThat(latencies.percentile(1)).isEqualTo(200);
    }

    @Test
    void answersNothingWithoutChanges() {
        assertThat(latencies.percentile(0.995)).isNull();
        assertThat(latencies.seconds(0.995)).isNull();
    }

    @Test
    void countsTheTargetItselfAsInTime() {
        latencies.add(30_000, 5);
        latencies.add(30_010, 2);
        assertThat(latencies.notWithin(30_000)).isEqualTo(2);
        assertThat(latencies.report("eu").buckets()).contains(new Bucket(30.0, 5), new Bucket(100.0, 2));
    }

    @Test
    void losesNoChangeBetweenTheBuckets() {
        for (long ms : new long[] {0, 10, 11, 3_600_000, 3_601_000, 900_000_000}) {
            latencies.add(ms, 1);
        }
        assertThat(latencies.report("eu").buckets().stream().mapToLong(Bucket::changes).sum()).isEqualTo(6);
    }
}
