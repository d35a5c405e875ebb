package dev.concordat.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.change.Breach;
import dev.concordat.change.Sent;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.ShippedContracts;
import dev.concordat.residency.Policies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.camel.ValidationException;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private final Export export = new Export(null, null, null, null, Map.of(), null, new Export.Limit(200, 3, Duration.ofSeconds(30), 100), Clock.systemUTC());

    @Test
    void aCallBeginsOnlyWhileItsClaimLastsLongerThanItMayTake() {
        long now = export.moment();
        assertThatCode(() -> export.keepTime(now, "eu")).doesNotThrowAnyException();
        assertThatThrownBy(() -> export.keepTime(now - Duration.ofSeconds(13).toNanos(), "eu")).isInstanceOf(Untimely.class);
        assertThatCode(() -> export.keepTime(null, "eu")).as("a call without a claim").doesNotThrowAnyException();
    }

    /** The CRM is at home in eu, and what is confidential leaves us as tokens. */
    private static Export crossing(Contracts contracts, Path folder) throws IOException {
        var policy = Policies.read(Files.writeString(folder.resolve("residency.yaml"), """
                home: eu
                regions: {eu: {countries: [DE]}, us: {countries: [US]}, uk: {countries: [GB]}}
                otherwise: {public: allow, internal: allow, confidential: tokenize, restricted: block}
                crm: [eu]
                """));
        return new Export(() -> contracts, null, policy, new Tokens(Map.of("us", "a key of the region".getBytes(StandardCharsets.UTF_8))),
                Map.of(), null, null, Clock.systemUTC());
    }

    /** A contract need not say what an id looks like, and the ledger has customers of its own. */
    @Test
    void anIdThatWouldBeAnotherAddressIsRefusedWithItsSentence(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("account"));
        Files.copy(Path.of("contracts/account/v1.odcs.yaml"), folder.resolve("account/v1.odcs.yaml"));
        Files.writeString(Files.createDirectories(folder.resolve("customer")).resolve("v1.odcs.yaml"), Files.readString(Path.of("contracts/customer/v1.odcs.yaml"))
                .replaceFirst("logicalTypeOptions: \\{minLength: 1, maxLength: 64, pattern: [^\n]*\n", "logicalTypeOptions: {maxLength: 64}\n"));
        var contracts = Contracts.read(folder);
        var export = new Export(() -> contracts, new Gate(contracts, drift -> { }), null, null, Map.of(), null,
                new Export.Limit(1, 1, Duration.ofSeconds(1), 1000), Clock.systemUTC());
        for (String id : List.of("../accounts/A-1", "C-1?all=true", "C 1", "..", "%2e%2e")) {
            String document = "{\"id\":\"" + id + "\",\"postingsBlocked\":true}";
            assertThatThrownBy(() -> export.keepRules(document, "customer", new DefaultExchange(Sent.CAMEL))).as(id).isInstanceOf(ValidationException.class);
            var claim = Map.<String, Object>of("entity", "customer", "id", id, "version", 7L, "size", document.length(), "document", document);
            assertThat(export.refused(claim, "eu", "breach").get(0).quarantined().breaches()).extracting(Breach::sentence).containsExactly(
                    "`/after/id` should be an id that the CRM could have: 1 to 64 letters, digits or _ . ~ : -, and not dots alone");
        }
        assertThatCode(() -> export.keepRules("{\"id\":\"C-1.a~b:c_d\",\"postingsBlocked\":true}", "customer", new DefaultExchange(Sent.CAMEL)))
                .doesNotThrowAnyException();
    }

    /** Whatever contract it was read by, as one that the CRM did not answer while another contract came into force. */
    @Test
    void ofADocumentOnlyWhatTheLedgerOwnsAndThePolicyLetsPassCrosses(@TempDir Path folder) throws Exception {
        var crossing = crossing(Contracts.read(Path.of("contracts")), folder);
        String document = "{\"id\":\"C-1\",\"creditLimit\":100,\"exposure\":null,\"postingsBlocked\":true,\"familyName\":\"Muster\",\"riskNote\":\"gone\"}";
        assertThat(crossing.keepWhatMayCross(document, "customer", "eu"))
                .isEqualTo("{\"id\":\"C-1\",\"creditLimit\":100,\"exposure\":null,\"postingsBlocked\":true}");
        assertThat(crossing.keepWhatMayCross(document, "customer", "us"))
                .matches("\\{\"id\":\"C-1\",\"creditLimit\":\"tok_[0-9a-f]{32}\",\"exposure\":null,\"postingsBlocked\":true}");
        assertThat(crossing.keepWhatMayCross(document, "customer", "uk")).as("a region without a key")
                .isEqualTo("{\"id\":\"C-1\",\"postingsBlocked\":true}");
    }

    @Test
    void anObjectOrAListHasATokenOfItsOwn(@TempDir Path folder) throws Exception {
        var crossing = crossing(ShippedContracts.withCustomerFields(folder.resolve("contracts"), """
                      - {id: limits, name: limits, physicalName: limits, logicalType: object, physicalType: jsonb, classification: confidential,
                         properties: [{id: day, name: day, logicalType: integer, classification: confidential}],
                         customProperties: [{property: owningSystem, value: ledger}]}
                """), folder);
        String one = crossing.keepWhatMayCross("{\"id\":\"C-1\",\"limits\":{\"day\":1}}", "customer", "us");
        assertThat(one).matches("\\{\"id\":\"C-1\",\"limits\":\"tok_[0-9a-f]{32}\"}");
        assertThat(crossing.keepWhatMayCross("{\"id\":\"C-1\",\"limits\":{\"day\":2}}", "customer", "us")).isNotEqualTo(one);
    }

    /** Beyond 15 digits a number of the machine is another one, and 100.10 is not 100.1 to whoever compares texts. */
    @Test
    void numbersCrossDigitForDigit() throws Exception {
        var contracts = Contracts.read(Path.of("contracts"));
        var crossing = new Export(() -> contracts, null, Policies.read(Path.of("config/residency.yaml")), null, Map.of(), null, null, Clock.systemUTC());
        String document = "{\"id\":\"C-1\",\"creditLimit\":%s,\"exposure\":%s,\"postingsBlocked\":true}";
        for (String[] amounts : new String[][] {{"12345678901234567.89", "100.10"}, {"12345678901234567890", "0.00000000000000000001"},
            {"1" + "0".repeat(30) + ".50", "-0.10"}}) {
            String told = document.formatted((Object[]) amounts);
            assertThat(crossing.keepWhatMayCross(told, "customer", "eu")).isEqualTo(told);
        }
    }

    @Test
    void aLaneThatIsRefusedEverythingLeavesTheCrmAloneAndTriesAgain() {
        Instant[] now = {Instant.parse("2026-11-29T10:00:00Z")};
        InstantSource clock = () -> now[0];
        var told = new Export(null, null, null, null, Map.of(), null, new Export.Limit(200, 3, Duration.ofSeconds(30), 100), clock.withZone(ZoneOffset.UTC));
        for (int i = 0; i < 3; i++) {
            told.countRefusal("eu", 403);
            assertThat(told.rests("eu")).isFalse();
            assertThat(told.room("eu")).isEqualTo(100);
        }
        told.countRefusal("eu", 403);
        assertThat(told.rests("eu")).isTrue();
        assertThat(told.room("eu")).isZero();
        assertThat(told.rests("uk")).as("another lane").isFalse();
        now[0] = now[0].plusSeconds(30);
        assertThat(told.rests("eu")).isFalse();
        assertThat(told.room("eu")).as("a trial").isEqualTo(4);
        told.countRefusal("eu", 404);
        assertThat(told.rests("eu")).isTrue();
    }

    /** An entity may take two calls, and a claim is for less than twelve seconds of them. */
    @Test
    void aLaneClaimsNoMoreThanItsRateLetsItTell() {
        for (int[] rateAndRoom : new int[][] {{1, 3}, {2, 6}, {33, 99}, {34, 100}, {999_999_999, 100}}) {
            var told = new Export(null, null, null, null, Map.of(), null, new Export.Limit(rateAndRoom[0], 0, Duration.ZERO, 100), Clock.systemUTC());
            assertThat(told.room("eu")).as("at a rate of " + rateAndRoom[0]).isEqualTo(rateAndRoom[1]);
            told.countRefusal("eu", 403);
            assertThat(told.room("eu")).as("a trial at a rate of " + rateAndRoom[0]).isEqualTo(Math.min(4, rateAndRoom[1]));
        }
    }
}
