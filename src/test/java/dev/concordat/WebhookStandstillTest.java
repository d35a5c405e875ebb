package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.crm.WebhookFailures;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each thread that handles webhooks is held for seconds, as while Kafka is away. */
@Timeout(300)
class WebhookStandstillTest {
    private static final int THREADS = 20;

    @RegisterExtension
    private final Said failures = new Said(VertxPlatformHttpConsumer.class, WebhookFailures.class);
    private volatile Instant now = Instant.now();

    @Test
    void whatWouldWaitForLongIsTurnedAwayAndWhatWaitedTooLongIsNotHandled() throws Exception {
        InstantSource source = () -> now;
        Clock clock = source.withZone(ZoneOffset.UTC);
        var begun = new Semaphore(0);
        var kafka = new CountDownLatch(1);
        try (var ground = new IntakeGround(Map.of(), clock, sent -> {
            begun.release();
            kafka.await();
        })) {
            var door = new Webhooks(ground.address, RouteGround.SECRET);
            List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                held.add(door.send(door.of("held-" + i, "{}".getBytes(UTF_8))));
            }
            begun.acquire(THREADS);
            var waits = door.send(door.of("waits", "{}".getBytes(UTF_8)));
            await().until(() -> {
                now = now.plusMillis(1);
                return !ground.longestWait().isZero();
            });

            now = now.plusSeconds(4);
            isTurnedAway(door.send(door.of("late", "{}".getBytes(UTF_8))).join());
            assertThat(waits).isNotDone();

            now = now.plus(Duration.ofSeconds(3));
            kafka.countDown();
            isTurnedAway(waits.join());
            assertThat(held).allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(202));
            assertThat(ground.intake.getReceivedCounter()).isEqualTo(THREADS);
            assertThat(ground.metrics.get("concordat.webhooks.turned.away").tag("reason", "standstill").counter().count()).isEqualTo(2);
            assertThat(failures.lines()).isEmpty();
            assertThat(door.send(door.of("again", "{}".getBytes(UTF_8))).join().statusCode()).isEqualTo(202);
        }
    }

    @Test
    void aBridgeThatStopsSaysWhenToSendItAgain() throws Exception {
        try (var ground = new IntakeGround(Map.of())) {
            ground.stopTaking();
            var door = new Webhooks(ground.address, RouteGround.SECRET);
            var answer = door.send(door.of("late", "{}".getBytes(UTF_8))).join();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().allValues("Retry-After")).containsExactly("1");
            assertThat(ground.intake.getReceivedCounter()).isZero();
        }
    }

    private static void isTurnedAway(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).isEqualTo("the bridge does not get on now; send it again later\n");
    }
}
