package dev.concordat.change;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeReaderTest {
    private final ChangeReader reader = new ChangeReader(Sent.LARGEST);

    private Change read(byte[] body) {
        return reader.read(Sent.received(body, Map.of(), 7));
    }

    private Change read(String body) {
        return read(body.getBytes(UTF_8));
    }

    private static void assertRefused(Change change, String rule, String pointer, String sentence) {
        assertThat(change.outcome()).isEqualTo(Outcome.QUARANTINED);
        assertThat(change.breaches()).containsExactly(new Breach(rule, "none", pointer, rule, sentence));
    }

    @Test
    void aStructuredChangeIsReadWithItsEnvelopeAndItsFields() {
        var change = Sent.account("A-1", "C-1").version(7).with("origin", "concordat").set("nickname", "rent").at(12).read();
        assertThat(change.ended()).isFalse();
        assertThat(change.envelope()).isEqualTo(new Change.Envelope("urn:crm:test", "account-A-1-7", "account", "A-1", "C-1", 7,
                Instant.parse("2026-11-22T10:00:00.123Z"), "urn:concordat:account:1", "concordat"));
        assertThat(change.after().get("nickname").asText()).isEqualTo("rent");
        assertThat(change.receipt()).isEqualTo(new Receipt("crm.changes", 0, 12, false, null, null));
        assertThat(change.receipt().position()).isEqualTo("crm.changes-0@12");
    }

    @Test
    void theBytesAreKeptAsTheyCame() {
        byte[] body = ("  " + Sent.customer("C-1").set("givenName", "Zoë").json().replace(",", " ,\n")).getBytes(UTF_8);
        assertThat(read(body).original()).isEqualTo(body);
    }

    @Test
    void aBinaryChangeIsReadLikeAStructuredOne() {
        var sent = Sent.customer("C-1").version(7).set("phone", "+41446681800");
        byte[] body = sent.data().toString().getBytes(UTF_8);
        var change = reader.read(Sent.received(body, Map.of("ce_specversion", "1.0".getBytes(UTF_8), "ce_id", "e\"1".getBytes(UTF_8),
                "ce_source", "urn:crm:test", "ce_type", "customer.changed", "ce_subject", "customer/C-1",
                "ce_time", "2026-11-22T11:00:00+01:00", "ce_dataschema", "urn:concordat:customer:1", "ce_partitionkey", "C-1",
                "ce_sequence", "7", "content-type", "application/json"), 3));
        assertThat(change.breaches()).isEmpty();
        assertThat(change.envelope().id()).isEqualTo("e\"1");
        assertThat(change.envelope().time()).isEqualTo(Instant.parse("2026-11-22T10:00:00Z"));
        assertThat(change.after()).isEqualTo(sent.after());
        assertThat(new String(change.original(), UTF_8)).endsWith(",\"data\":" + new String(body, UTF_8) + "}");
        assertThat(read(change.original()).envelope()).isEqualTo(change.envelope());
    }

    @Test
    void aBinaryChangeCannotNameAnAttributeInItsData() {
        var body = "{\"op\":\"u\",\"after\":{\"id\":\"C-1\"}},\"id\":\"another\"";
        assertThat(reader.read(Sent.received(body.getBytes(UTF_8), Map.of("ce_id", "e1"), 3)).breaches()).extracting(Breach::rule)
                .containsExactly("not-json");
    }

    @Test
    void aChangeThatCannotBeReadIsKnownByItsReceipt() {
        var change = read("not json");
        assertThat(change.envelope()).isNull();
        assertThat(change.source()).isEqualTo("urn:concordat:receipt");
        assertThat(change.id()).isEqualTo("crm.changes-0@7");
        assertThat(change.contract()).isEqualTo("none");
    }

    @Test
    void aReplayedChangeThatCannotBeReadKeepsItsFirstIdentity() {
        var change = reader.read(Sent.received("not json".getBytes(UTF_8),
                Map.of(ChangeReader.RETURNED, "replay".getBytes(UTF_8), ChangeReader.IDENTITY, "crm.changes-0@7".getBytes(UTF_8)), 99));
        assertThat(change.receipt().returned()).isTrue();
        assertThat(change.id()).isEqualTo("crm.changes-0@7");
    }

    @Test
    void aChangeThatTheBridgeSentAgainIsMarkedAsReturned() {
        assertThat(Sent.customer("C-1").returned().read().receipt().returned()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"text\"", "7"})
    void whatIsNoObjectIsNoChange(String body) {
        assertRefused(read(body), "not-json", "", "The change should be one JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\r\n"})
    void whatIsEmptyIsNoChangeAndToldApartFromWhatCannotBeRead(String body) {
        assertRefused(read(body), "not-json", "", "The change is empty; it should be one JSON object");
    }

    @Test
    void aTombstoneIsNoChange() {
        var change = reader.read(Sent.received(null, Map.of(), 7));
        assertRefused(change, "not-json", "", "The change is empty; it should be one JSON object");
        assertThat(change.original()).isEmpty();
    }

    @Test
    void aBinaryChangeWithoutAValueIsEmptyToo() {
        var change = reader.read(Sent.received(null, Map.of("ce_id", "e1"), 3));
        assertRefused(change, "not-json", "", "The record's value is empty; it should be one JSON object: the change's `data`");
    }

    @Test
    void brokenJsonIsRefusedWithTheLineButWithoutAnyOfItsText() {
        var change = read("{\n \"familyName\": \"Geheim\" \"x\"}");
        assertRefused(change, "not-json", "", "The change should be one JSON object; it cannot be read from line 2, column 25");
    }

    @Test
    void aDuplicateKeyIsRefused() {
        var change = read(Sent.customer("C-1").json().replace("\"op\":\"u\"", "\"op\":\"u\",\"op\":\"c\""));
        assertThat(change.breaches()).extracting(Breach::rule).containsExactly("not-json");
        assertThat(change.breaches().get(0).sentence()).startsWith("The change should be one JSON object; it cannot be read from line 1");
    }

    @Test
    void whatFollowsAfterTheChangeIsRefused() {
        assertRefused(read(Sent.customer("C-1").json() + " {}"), "not-json", "",
                "The change should be one JSON object; more follows after it");
        assertThat(read(Sent.customer("C-1").json() + " x").breaches()).extracting(Breach::rule).containsExactly("not-json");
        assertThat(read(Sent.customer("C-1").json() + " \n ").breaches()).isEmpty();
    }

    @Test
    void nestingOfTwoThousandIsRefused() {
        var change = read("{\"data\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}");
        assertThat(change.breaches()).extracting(Breach::rule).containsExactly("not-json");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin = Sent.customer("C-1").set("givenName", "Zoë").json().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(read(latin).breaches()).extracting(Breach::rule).containsExactly("not-json");
    }

    static Stream<byte[]> otherEncodings() {
        String json = Sent.customer("C-1").set("familyName", "Muster").json();
        return Stream.of(json.getBytes(UTF_16), json.getBytes(UTF_16LE), json.getBytes(java.nio.charset.Charset.forName("UTF-32BE")),
                json.getBytes(java.nio.charset.Charset.forName("UTF-32LE")), ("\uFEFF" + json).getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("otherEncodings")
    void anotherEncodingOrAByteOrderMarkIsRefusedBecauseNoLedgerTakesIt(byte[] body) {
        assertRefused(read(body), "not-json", "", "The change should be one JSON object in UTF-8 without a byte order mark");
    }

    @Test
    void aChangeOfExactlyTheLargestSizeIsReadAndOneByteMoreIsNot() {
        String json = Sent.customer("C-1").json();
        assertThat(read(json + " ".repeat(Sent.LARGEST - json.length())).breaches()).isEmpty();
        assertRefused(read(json + " ".repeat(Sent.LARGEST + 1 - json.length())), "document-size", "",
                "The change should be at most 262144 bytes; it has 262145");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "subject", "dataschema", "partitionkey"})
    void anAttributeThatIsMissingNullBlankTooLongOrNoTextIsRefused(String name) {
        for (Object value : new Object[] {null, com.fasterxml.jackson.databind.node.NullNode.instance, " ", "x".repeat(257),
            "a\u0000b", "a\nb", true, 1.5}) {
            var change = Sent.customer("C-1").with(name, value).read();
            assertThat(change.breaches()).as(name + "=" + value).singleElement().satisfies(breach -> {
                assertThat(breach.rule()).isEqualTo("envelope");
                assertThat(breach.sentence()).startsWith("`" + name + "` should be ").endsWith(", at most 256 characters, "
                        + "without control characters and half surrogate pairs");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "+1", "1.0", "0x1", "9223372036854775808", "99999999999999999999",
        "000000000000000000001", "\u0661"})
    void aSequenceThatIsNoVersionIsRefused(String sequence) {
        assertRefused(Sent.customer("C-1").with("sequence", sequence).read(), "envelope", "", "`sequence` should be the entity's "
                + "version at its source: a whole number from 1 on, padded to 20 digits");
    }

    @Test
    void aSequenceMayBeAsLargeAsTheLedgerCanCompare() {
        assertThat(Sent.customer("C-1").with("sequence", "09223372036854775807").read().envelope().version()).isEqualTo(Long.MAX_VALUE);
        assertThat(Sent.customer("C-1").with("sequence", "7").read().envelope().version()).isEqualTo(7);
    }

    static Stream<Object> wrongTimes() {
        return Stream.of("yesterday", "2026-11-22", "2026-11-22T10:00:00", "2026-13-01T00:00:00Z", 1764000000,
                "+123456-01-01T00:00:00Z", "-0044-03-15T12:00:00Z", "2026-11-22T10:00:00+18:00",
                "2026-11-22T10:00:00Z and more", "2026-11-22_10:00:00Z");
    }

    @ParameterizedTest
    @MethodSource("wrongTimes")
    void aTimeThatNoLedgerUnderstandsIsRefused(Object time) {
        assertRefused(Sent.customer("C-1").with("time", time).read(), "envelope", "",
                "`time` should be a date and time with offset, for example 2026-01-31T10:00:00Z");
    }

    @Test
    void aMissingTimeIsRefused() {
        assertThat(Sent.customer("C-1").with("time", null).read().breaches()).extracting(Breach::rule).containsExactly("envelope");
    }

    static Stream<Sent> otherRefusals() {
        return Stream.of(Sent.customer("C-1").with("specversion", "0.3"), Sent.customer("C-1").with("specversion", null),
                Sent.customer("C-1").with("type", "account.changed"), Sent.customer("C-1").with("type", null),
                Sent.customer("C-1").with("subject", "customer"), Sent.customer("C-1").with("subject", "customer/"),
                Sent.customer("C 1"), Sent.customer("x".repeat(65)), Sent.customer("C-1").with("data", "text"),
                Sent.customer("C-1").with("data", null), Sent.account("A-1", "C/1"));
    }

    @ParameterizedTest
    @MethodSource("otherRefusals")
    void anEnvelopeThatSaysSomethingElseThanItShouldIsRefused(Sent sent) {
        assertThat(sent.read().breaches()).extracting(Breach::rule).containsExactly("envelope");
    }

    @Test
    void theKeyHasToBeTheCustomerWhomTheChangeConcerns() {
        String sentence = "`partitionkey` should be the customer whom the change concerns";
        assertRefused(Sent.customer("C-1").with("partitionkey", "C-2").read(), "envelope", "", sentence);
        assertRefused(Sent.account("A-1", "C-1").with("partitionkey", "C-2").read(), "envelope", "", sentence);
    }

    @Test
    void theFieldsHaveToBeThoseOfTheSubject() {
        assertRefused(Sent.customer("C-1").set("id", "C-2").read(), "envelope", "/after/id", "`/after/id` should be the id that "
                + "`subject` names");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "u"})
    void aChangeWithoutFieldsIsRefused(String op) {
        var sent = Sent.customer("C-1").op(op);
        sent.data().remove("after");
        assertRefused(sent.read(), "envelope", "/after", "`/after` should be an object with the entity's fields");
        sent.data().put("after", "C-1");
        assertRefused(sent.read(), "envelope", "/after", "`/after` should be an object with the entity's fields");
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "refetch"})
    void aDeleteOrARefetchNeedsNoFields(String op) {
        var sent = Sent.customer("C-1").op(op);
        sent.data().putNull("after");
        var change = sent.read();
        assertThat(change.breaches()).isEmpty();
        assertThat(change.after().get("id").asText()).isEqualTo("C-1");
    }

    @Test
    void theKeyOfAChangeIsFoundWithoutReadingItAll() {
        assertThat(reader.key(Sent.account("A-1", "C-1").bytes())).isEqualTo("C-1");
        assertThat(reader.key("{\"data\":{\"partitionkey\":\"no\"},\"partitionkey\":\"C-2\", broken".getBytes(UTF_8))).isEqualTo("C-2");
        assertThat(reader.key("{\"data\":{\"partitionkey\":\"no\"}}".getBytes(UTF_8))).isNull();
        assertThat(reader.key("[1]".getBytes(UTF_8))).isNull();
        assertThat(reader.key("{\"partitionkey\":".getBytes(UTF_8))).isNull();
        assertThat(reader.key("{\"a\":{\"b\":".getBytes(UTF_8))).isNull();
        assertThat(reader.key(new byte[0])).isNull();
        assertThat(reader.key("{\"partitionkey\":{}}".getBytes(UTF_8))).isNull();
    }
}
