package dev.concordat.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
    private final Ids ids = new Ids();

    @Test
    void numbersIdsInTheOrderOfTheirArrival() {
        assertThat(ids.add("b")).isZero();
        assertThat(ids.add("ä")).isEqualTo(1);
        assertThat(ids.add("b")).isZero();
        assertThat(ids.find("ä")).isEqualTo(1);
        assertThat(ids.find("a")).isEqualTo(-1);
        assertThat(ids.text(1)).isEqualTo("ä");
    }

    @Test
    void holdsAMillionIdsInLittleMemory() {
        for (int n = 0; n < 1_000_000; n++) {
            assertThat(ids.add(new UUID(n, -n).toString()) == n).isTrue();
        }
        assertThat(ids.size()).isEqualTo(1_000_000);
        for (int n = 0; n < 1_000_000; n += 997) {
            assertThat(ids.find(ids.text(n))).isEqualTo(n);
            assertThat(ids.text(n)).isEqualTo(new UUID(n, -n).toString());
        }
    }

    @Test
    void refusesAnEndlessId() {
        assertThatThrownBy(() -> ids.add("x".repeat(1001))).isInstanceOf(BridgeException.class)
                .hasMessage("An id has 1001 bytes, 1000 are allowed.");
    }
}
