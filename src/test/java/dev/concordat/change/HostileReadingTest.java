package dev.concordat.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What could be taken for something else, could not be carried on, or would be read without end, is refused or left out. */
class HostileReadingTest {
    private final ChangeReader reader = new ChangeReader(Sent.LARGEST);

    private Change read(byte[] body) {
        return reader.read(Sent.received(body, Map.of(), 7));
    }

    private static void assertRefused(Change change, String rule, String pointer, String sentence) {
        assertThat(change.breaches()).containsExactly(new Breach(rule, "none", pointer, rule, sentence));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "C 1", "C/1", "\\ud800", "\\u0000"})
    void whatCanBeNoCustomersIdIsNoKey(String key) {
        assertThat(reader.key(("{\"partitionkey\":\"" + key + "\"}").getBytes(UTF_8))).isNull();
        assertThat(reader.key(("{\"partitionkey\":\"" + "x".repeat(65) + "\"}").getBytes(UTF_8))).isNull();
        assertThat(reader.key(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "dataschema"})
    void halfASurrogatePairTellsNoTwoChangesApart(String attribute) {
        for (String half : new String[] {"\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800x"}) {
            String body = Sent.customer("C-1").with(attribute, "HALF").json().replace("HALF", "urn:" + half);
            assertThat(read(body.getBytes(UTF_8)).breaches()).as(half).extracting(Breach::rule).containsExactly("envelope");
        }
        String whole = Sent.customer("C-1").with(attribute, "PAIR").json().replace("PAIR", "\\ud83d\\ude00");
        assertThat(read(whole.getBytes(UTF_8)).breaches()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "..."})
    void dotsAloneAreAPlaceAndNoId(String id) {
        assertThat(Sent.customer(id).read().breaches()).extracting(Breach::rule).containsExactly("envelope");
        assertThat(Sent.account(id, "C-1").read().breaches()).extracting(Breach::rule).containsExactly("envelope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "crm.changes", "a\u0000b", "crm.changes-0@7; --", "crm.changes-0@7\n", "../x-0@7"})
    void aReceiptThatTheBridgeCouldNotHaveWrittenIsNone(String receipt) {
        var change = reader.read(Sent.received("not json".getBytes(UTF_8), Map.of(ChangeReader.RETURNED, "replay".getBytes(UTF_8),
                ChangeReader.FIRST, receipt.getBytes(UTF_8), ChangeReader.IDENTITY, (receipt + "\u0000").getBytes(UTF_8)), 99));
        assertThat(change.receipt().booked()).isEqualTo("crm.changes-0@99");
        assertThat(change.id()).isEqualTo("crm.changes-0@99");
    }

    @Test
    void attributesThatAreNoUtf8AreRefusedAndNotTakenForOneAnother() {
        var change = reader.read(Sent.received("{}".getBytes(UTF_8), Map.of("ce_id", new byte[] {(byte) 0xff}), 3));
        assertRefused(change, "envelope", "", "Header `ce_id` should be text in UTF-8");
        assertThat(change.original()).isEqualTo("{}".getBytes(UTF_8));
        assertRefused(reader.read(Sent.received("{}".getBytes(UTF_8), Map.of("ce_id", "1", "ce_data", "{}"), 3)), "envelope", "",
                "Header `ce_data` should not be there: in binary mode the data is the record's value");
        assertRefused(reader.read(Sent.received("{},\"origin\":\"concordat\"".getBytes(UTF_8), Map.of("ce_id", "1"), 3)), "not-json", "",
                "The record's value should be one JSON object: the change's `data`");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAChangeTooLargeToBeSentOnTheBeginningIsKept(boolean binary) {
        byte[] body = new byte[ChangeReader.MOST_KEPT + 1];
        body[0] = '{';
        var change = reader.read(Sent.received(body, binary ? Map.of("ce_id", "1") : Map.of(), 3));
        assertRefused(change, "document-size", "", "The change should be at most 262144 bytes; it has more than 2097152, of which the "
                + "first are kept");
        assertThat(change.original()).hasSize(ChangeReader.MOST_KEPT).startsWith('{');
    }

    @Test
    void aHundredBreachesAreKept() {
        var change = Sent.customer("C-1").read();
        IntStream.range(0, 1_000).forEach(i ->
                change.breach(new Breach("schema", "none", "/changed/" + i, "type", "should be a text")));
        assertThat(change.breaches()).hasSize(100);
        assertThat(change.outcome()).isEqualTo(Outcome.QUARANTINED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "7", "null", "{\"id\":\"C-1\",\"id\":\"C-2\"}", "{\"id\":\"C-1\"", "\ufeff{}"})
    void anAnswerThatIsNoEntityLeavesTheChangeInBreach(String answer) throws IOException {
        byte[] filled = reader.filled(Sent.customer("C-1").op("refetch").bytes(), new ByteArrayInputStream(answer.getBytes(UTF_8)));
        assertRefused(read(filled), "envelope", "/after", "`/after` should be an object with the entity's fields");
    }

    @Test
    void anAnswerIsReadNoFurtherThanAChangeMayBeLong() throws IOException {
        var endless = new InputStream() {
            private long read;

            @Override
            public int read() {
                read++;
                return '[';
            }
        };
        byte[] filled = reader.filled(Sent.customer("C-1").op("refetch").bytes(), endless);
        assertThat(read(filled).breaches()).extracting(Breach::pointer).containsExactly("/after");
        assertThat(endless.read).isLessThanOrEqualTo(ChangeReader.MOST_KEPT);
    }
}
