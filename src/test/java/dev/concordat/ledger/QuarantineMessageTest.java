package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuarantineMessageTest {
    private static Breached breached(String source, String id, int bytes) {
        var breach = new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a phone number");
        return new Breached(new Quarantined(source, id, "customer/C-1", Quarantined.CRM_TO_LEDGER, breach.contract(), breach.rule(),
                List.of(breach), "crm.changes-0@1", false, null), "x".repeat(bytes).getBytes(UTF_8));
    }

    private static Breached breached(String id) {
        return breached("urn:crm:test", id, 10);
    }

    private static List<Integer> sizes(List<Breached> breached) {
        var messages = QuarantineMessage.of(breached);
        assertThat(messages.stream().flatMap(message -> message.breached().stream())).as("all, in their order").isEqualTo(breached);
        return messages.stream().map(message -> message.breached().size()).toList();
    }

    @Test
    void manyTravelTogether() {
        assertThat(sizes(List.of())).isEmpty();
        assertThat(sizes(List.of(breached("1"), breached("2"), breached("3")))).containsExactly(3);
        assertThat(sizes(IntStream.range(0, 1_001).mapToObj(i -> breached("" + i)).toList())).containsExactly(500, 500, 1);
    }

    @Test
    void noneIsTwiceInAMessageBecauseOneStatementKeepsIt() {
        assertThat(sizes(List.of(breached("1"), breached("2"), breached("1"), breached("2"), breached("3"), breached("3"))))
                .containsExactly(2, 3, 1);
        assertThat(sizes(List.of(breached("urn:crm:one", "1", 1), breached("urn:crm:two", "1", 1)))).containsExactly(2);
    }

    @Test
    void aMessageHoldsAMegabyteAndALargerChangeIsAloneInIts() {
        int half = (1 << 19) - 256;
        var breached = new ArrayList<Breached>();
        for (int bytes : List.of(half, half, 0, 3 * half, 0, half)) {
            breached.add(breached("urn:crm:test", "" + breached.size(), bytes));
        }
        assertThat(sizes(breached)).containsExactly(2, 1, 1, 2);
    }

    @Test
    void itSaysAllThatIsKnownOfEachAndItsBytes() throws Exception {
        byte[] bytes = {0, 1, (byte) 0xff, '"'};
        var given = new Breached(breached("1").quarantined(), bytes);
        var read = new ObjectMapper().readTree(new QuarantineMessage(List.of(given)).json()).path(0);
        assertThat(read.path("original").binaryValue()).isEqualTo(bytes);
        assertThat(read.path("breaches").path(0).path("sentence").asText()).isEqualTo("`/after/phone` should be a phone number");
        assertThat(read.has("changedAt")).isFalse();
    }
}
