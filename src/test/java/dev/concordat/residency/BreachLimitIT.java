package dev.concordat.residency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.Sent;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BreachLimitIT {
    @RegisterExtension
    static final DirectoryGround ground = new DirectoryGround();

    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private BreachLimit limit;
    private Intake intake;

    @BeforeEach
    void begin() {
        InstantSource source = () -> now;
        limit = limit(50, source.withZone(ZoneOffset.UTC));
        intake = new Intake(ground.database);
    }

    private static BreachLimit limit(int percent, Clock clock) {
        return new BreachLimit(ground.database, new BreachLimit.Terms(percent, 100, Duration.ofMinutes(1)), clock);
    }

    private static List<Change> batch(int sound, int broken) {
        var batch = new ArrayList<Change>();
        for (int i = 0; i < sound + broken; i++) {
            batch.add(Sent.customer("C-" + i).read());
            if (i >= sound) {
                batch.get(i).breach(new Breach("schema", "customer/1.0.0", "/after/phone", "format", "`/after/phone` should be E.164"));
            }
        }
        return batch;
    }

    private void passes(int sound, int broken) throws SQLException {
        var batch = batch(sound, broken);
        assertThat(limit.hold(batch)).isSameAs(batch);
        assertThat(limit.heldSince()).isNull();
    }

    private void isHeld(int sound, int broken) {
        assertThatThrownBy(() -> limit.hold(batch(sound, broken))).isInstanceOf(HeldBack.class);
        assertThat(limit.heldSince()).isNotNull();
        assertThat(intake.isHeld()).isTrue();
    }

    @Test
    void fewChangesAndFewBreachesPass() throws SQLException {
        assertThat(intake.show()).isEqualTo("the intake was never held");
        assertThat(intake.resume()).isEqualTo("the intake is not held");
        passes(0, 99);
        now = now.plusSeconds(61);
        passes(51, 49);
        passes(1000, 0);
    }

    @Test
    void halfOfTheWindowInBreachIsHeldUntilATrialPasses() throws SQLException {
        passes(60, 40);
        isHeld(0, 20);
        assertThat(intake.show()).isEqualTo("held since 2026-11-22 10:00:00Z: 60 of 120 changes were in breach");
        now = now.plusSeconds(30);
        isHeld(0, 20);
        assertThat(intake.show()).startsWith("held since 2026-11-22 10:00:00Z");
        now = now.plusSeconds(20);
        passes(20, 0);
        assertThat(intake.isHeld()).isFalse();
        assertThat(intake.show()).startsWith("not held; was held from 2026-11-22 10:00:00Z").endsWith("; went on by itself at 10:00:50Z");
        now = now.plusSeconds(61);
        isHeld(0, 100);
        assertThat(intake.show()).isEqualTo("held since 2026-11-22 10:01:51Z: 100 of 100 changes were in breach");
    }

    @Test
    void anOperatorLetsThroughWhatIsHeldUntilTheShareIsBelowTheLimitAgain() throws SQLException {
        isHeld(0, 100);
        assertThat(intake.resume()).startsWith("what is held goes on with the next trial");
        assertThat(intake.show()).contains("; let through by an operator at ");
        passes(0, 100);
        passes(0, 100);
        now = now.plusSeconds(61);
        passes(100, 0);
        now = now.plusSeconds(61);
        isHeld(0, 100);
    }

    /** The window has lost by then what it was held for, and nothing has come in. */
    @Test
    void aHoldDoesNotEndBecauseItLasts() throws SQLException {
        passes(20, 70);
        isHeld(0, 20);
        for (int i = 0; i < 20; i++) {
            now = now.plusSeconds(30);
            isHeld(0, 20);
        }
        now = now.plusSeconds(30);
        passes(15, 5);
        assertThat(intake.isHeld()).isFalse();
    }

    @Test
    void aSoundBatchDoesNotEndWhatAnOperatorLetThroughWhileTheShareIsAboveTheLimit() throws SQLException {
        isHeld(40, 60);
        intake.resume();
        passes(40, 60);
        passes(1, 0);
        passes(0, 1);
        now = now.plusSeconds(61);
        passes(100, 0);
        isHeld(0, 200);
    }

    @Test
    void ofTwoBridgesEachSaysThatItHoldsAndHearsTheOperator() throws SQLException {
        InstantSource source = () -> now;
        var other = limit(50, source.withZone(ZoneOffset.UTC));
        isHeld(0, 100);
        assertThatThrownBy(() -> other.hold(batch(0, 100))).isInstanceOf(HeldBack.class);
        other.hold(batch(100, 0));
        assertThat(intake.isHeld()).as("until the one that still holds tries again").isFalse();
        now = now.plusSeconds(30);
        isHeld(0, 100);

        assertThat(intake.resume()).startsWith("what is held goes on");
        now = now.plusSeconds(61);
        assertThatThrownBy(() -> other.hold(batch(0, 100))).as("holds anew").isInstanceOf(HeldBack.class);
        passes(0, 100);
    }

    @Test
    void whatABridgeHeldThatIsNoMoreEndsWithTheFirstBatchThatPassesTheNext() throws SQLException {
        isHeld(0, 100);
        InstantSource source = () -> now;
        limit = limit(50, source.withZone(ZoneOffset.UTC));
        passes(10, 0);
        assertThat(intake.isHeld()).isFalse();
    }

    @Test
    void whatTheBridgeBroughtBackItselfDoesNotCount() throws SQLException {
        var returned = new ArrayList<Change>();
        for (int i = 0; i < 200; i++) {
            var change = Sent.customer("C-" + i).returned().read();
            change.breach(new Breach("schema", "customer/1.0.0", "/after/phone", "format", "`/after/phone` should be E.164"));
            returned.add(change);
        }
        assertThat(limit.hold(returned)).hasSize(200);
    }

    @Test
    void withALimitOfZeroNothingIsHeld() throws SQLException {
        assertThat(limit(0, Clock.systemUTC()).hold(batch(0, 1000))).hasSize(1000);
    }

    /** A batch that came in at this offset. */
    private static List<Change> at(long offset, List<Change> batch) {
        batch.set(0, Sent.customer("C-0").at(offset).read());
        return batch;
    }

    @Test
    void aSoundBatchOfAnotherConsumerPassesAndSaysNothingOfTheOneThatIsHeld() throws SQLException {
        var held = at(1, batch(1, 150));
        assertThatThrownBy(() -> limit.hold(held)).isInstanceOf(HeldBack.class);
        var sound = at(2, batch(20, 0));
        assertThat(limit.hold(sound)).isSameAs(sound);
        assertThat(limit.heldSince()).isNotNull();
        assertThat(intake.isHeld()).isTrue();
        intake.resume();
        assertThat(limit.hold(sound)).isSameAs(sound);
        assertThat(limit.hold(held)).isSameAs(held);
        assertThat(limit.heldSince()).isNull();
    }

    @Test
    void whatAnOperatorLetsThroughIsWhatEachConsumerHolds() throws SQLException {
        var one = at(1, batch(1, 150));
        var other = at(2, batch(1, 150));
        for (var batch : List.of(one, other)) {
            assertThatThrownBy(() -> limit.hold(batch)).isInstanceOf(HeldBack.class);
        }
        intake.resume();
        assertThat(limit.hold(one)).isSameAs(one);
        assertThat(limit.heldSince()).isNotNull();
        var sound = at(3, batch(20, 0));
        assertThat(limit.hold(sound)).isSameAs(sound);
        assertThat(limit.hold(other)).isSameAs(other);
        assertThat(limit.heldSince()).isNull();
    }
}
