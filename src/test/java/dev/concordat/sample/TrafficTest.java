package dev.concordat.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.iban4j.IbanUtil;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
    private static final int CHANGES = 20_000;
    private static final Traffic TRAFFIC = new Traffic(7, CHANGES, CLOCK);
    private static final List<Emission> ALL = all(TRAFFIC);

    @Test
    void theSameSeedGivesTheSameBytes() {
        assertThat(digest(all(new Traffic(7, 3000, CLOCK)))).isEqualTo(digest(all(new Traffic(7, 3000, CLOCK))));
        assertThat(digest(all(new Traffic(8, 3000, CLOCK)))).isNotEqualTo(digest(all(new Traffic(7, 3000, CLOCK))));
    }

    @Test
    void thePlanHasExactlyAsManyChangesAsWereAskedFor() {
        assertThat(ALL).hasSize(CHANGES);
        for (int changes : new int[] {1, 2, 10, 333, 1001}) {
            assertThat(all(new Traffic(1, changes, CLOCK))).hasSize(changes);
        }
    }

    @Test
    void threeInAHundredAreDuplicatesOfSomethingSentBefore() {
        Map<String, byte[]> sent = new HashMap<>();
        int duplicates = 0;
        for (Emission emission : ALL) {
            if (emission.kind() == Kind.DUPLICATE) {
                assertThat(sent.get(emission.id())).isEqualTo(emission.body());
                duplicates++;
            } else {
                assertThat(sent.put(emission.id(), emission.body())).isNull();
            }
        }
        assertThat(duplicates).isCloseTo(CHANGES * 3 / 100, within(5));
    }

    @Test
    void threeInAHundredComeAfterALaterChangeOfTheSameCustomer() {
        Map<String, Long> newest = new HashMap<>();
        Set<String> customers = new HashSet<>();
        int late = 0;
        int accountsFirst = 0;
        for (Emission emission : sound()) {
            boolean older = newest.merge(emission.entityId(), emission.version(), Math::max) > emission.version();
            boolean orphan = emission.entity().equals("account") && !customers.contains(emission.key());
            late += older ? 1 : 0;
            accountsFirst += orphan ? 1 : 0;
            if (emission.entity().equals("customer")) {
                customers.add(emission.entityId());
            }
        }
        assertThat(late + accountsFirst).isCloseTo(CHANGES * 3 / 100, within(20));
        assertThat(accountsFirst).isGreaterThan(50);
    }

    @Test
    void oneInAHundredIsABreachAndEachKindIsThereEquallyOften() {
        Map<Kind, Long> breaches = ALL.stream().filter(emission -> emission.kind().breach())
                .collect(Collectors.groupingBy(Emission::kind, Collectors.counting()));
        assertThat(breaches.keySet()).containsExactlyInAnyOrderElementsOf(Kind.breaches());
        long most = breaches.values().stream().mapToLong(Long::longValue).max().orElse(0);
        assertThat(breaches.values()).allSatisfy(count -> assertThat(count).isBetween(most - 1, most));
        assertThat(breaches.values().stream().mapToLong(Long::longValue).sum()).isCloseTo(CHANGES / 100, within(2L));
    }

    @Test
    void aCustomerKeepsOneChannelAndOneRegion() {
        Map<String, Channel> channels = new HashMap<>();
        Map<String, String> regions = new HashMap<>();
        for (Emission emission : sound()) {
            assertThat(channels.merge(emission.key(), emission.channel(), (a, b) -> b)).isEqualTo(emission.channel());
            JsonNode residency = after(emission).path("residency");
            if (!residency.isMissingNode()) {
                String region = Country.regionOf(residency.textValue()).orElseThrow();
                assertThat(regions.merge(emission.key(), region, (a, b) -> a)).isEqualTo(region);
            }
        }
        assertThat(channels.values()).contains(Channel.WEBHOOK, Channel.KAFKA);
        assertThat(regions.values()).contains("eu", "uk", "us");
    }

    @Test
    void phonesAreValidAndInTheFormThatTheContractAsksFor() {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        eachValue("phone", phone -> {
            assertThat(phone).matches("\\+[1-9][0-9]{6,14}");
            assertThat(valid(numbers, phone)).as(phone).isTrue();
        });
    }

    @Test
    void emailsAndCountriesAreInTheFormThatTheContractAsksFor() {
        eachValue("email", email -> assertThat(email).matches("[a-z]+(\\.[a-z]+)?[0-9]{1,4}@example\\.(com|org|net)"));
        eachValue("residency", residency -> assertThat(residency).matches("[A-Z]{2}"));
        eachValue("familyName", name -> assertThat(name).isNotBlank().hasSizeLessThan(100));
    }

    @Test
    void ibansOfBreachesHaveTheFormOfAnIbanButWrongCheckDigits() {
        Dice dice = Dice.at(1);
        for (int i = 0; i < 200; i++) {
            assertThat(IbanUtil.isValid(Ibans.valid(dice))).isTrue();
            assertThat(Ibans.invalid(dice)).matches("DE[0-9]{20}")
                    .satisfies(iban -> assertThat(IbanUtil.isValid(iban)).isFalse());
        }
    }

    @Test
    void aHugeDocumentHasAMillionBytesAndBrokenJsonIsNone() {
        assertThat(ofKind(Kind.DOCUMENT_SIZE)).allSatisfy(emission -> assertThat(emission.body()).hasSize(1_000_000));
        assertThat(ofKind(Kind.NOT_JSON)).allSatisfy(emission -> {
            assertThat(emission.key()).isNull();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Event.JSON.readTree(emission.body())))
                    .isInstanceOf(IOException.class);
        });
    }

    @Test
    void fieldsAndTypesThatNoContractKnowsAreAmongTheSoundChanges() {
        List<JsonNode> sound = sound().stream().map(TrafficTest::after).toList();
        assertThat(sound).anyMatch(after -> after.has("loyaltyTier")).anyMatch(after -> after.has("preferredChannel"))
                .anyMatch(after -> after.path("type").asText().equals("dao"))
                .anyMatch(after -> after.path("type").asText().equals("family-office"));
    }

    @Test
    void theTellerBooksOnlyWhereNothingEverBlocksAndOnEveryAccountOfALaterClosing() {
        Expected expected = Expected.of(TRAFFIC);
        Set<String> blocked = new HashSet<>();
        for (Emission emission : sound()) {
            if (Set.of("suspended", "closed", "deceased").contains(after(emission).path("status").asText())) {
                blocked.add(emission.key());
            }
        }
        assertThat(TRAFFIC.postings()).isNotEmpty().allSatisfy(posting -> {
            assertThat(blocked).doesNotContain(expected.accounts().get(posting.account()).text("customer"));
            assertThat(posting.region()).isEqualTo(expected.regionOfAccount(posting.account()));
        });
        assertThat(ofKind(Kind.STATUS_MISALIGNED)).isNotEmpty().allSatisfy(closing ->
                assertThat(expected.bookedBalance("A-" + closing.key().substring(2) + "-1")).isPositive());
    }

    @Test
    void aBacklogIsSoundAndItsChangesHaveAboutTheSameSize() {
        BacklogTraffic backlog = new BacklogTraffic(1, 1000, 300, CLOCK);
        List<Emission> emissions = new ArrayList<>();
        backlog.phases().forEach(phase -> phase.emissions().forEach(emissions::add));
        assertThat(emissions).hasSize(1000).allSatisfy(emission ->
                assertThat(emission.body().length).isBetween(600, 780));
        assertThat(Expected.of(backlog).customers()).hasSize(300);
    }

    private static List<Emission> all(Traffic traffic) {
        List<Emission> all = new ArrayList<>();
        traffic.phases().forEach(phase -> phase.emissions().forEach(all::add));
        return all;
    }

    private static List<Emission> sound() {
        return ALL.stream().filter(e -> !e.kind().breach() && e.kind() != Kind.DUPLICATE).toList();
    }

    private static List<Emission> ofKind(Kind kind) {
        return ALL.stream().filter(emission -> emission.kind() == kind).toList();
    }

    private static void eachValue(String field, Consumer<String> check) {
        List<String> values = sound().stream().map(e -> after(e).path(field)).filter(JsonNode::isTextual)
                .map(JsonNode::textValue).toList();
        assertThat(values).isNotEmpty();
        values.forEach(check);
    }

    private static JsonNode after(Emission emission) {
        try {
            return Event.JSON.readTree(emission.body()).path("data").path("after");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean valid(PhoneNumberUtil numbers, String phone) {
        try {
            return numbers.isValidNumber(numbers.parse(phone, null));
        } catch (NumberParseException e) {
            return false;
        }
    }

    private static String digest(List<Emission> emissions) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            emissions.forEach(emission -> digest.update(emission.body()));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
