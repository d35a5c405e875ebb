package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Contracts edited on disk while no bridge runs, or in the folder of one bridge of a group. */
class ContractStartIT {
    private static final String FUNCTIONS = """
            SELECT string_agg(proname || md5(prosrc), ' ' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'concordat'::regnamespace""";

    @Test
    void aStartUnderAVersionThatHasStoodForOtherContentIsRefusedBeforeAnythingIsLaid() throws Exception {
        try (var bed = new TestBed()) {
            Path customer = TestBed.copyOfContracts(bed.folder.resolve("contracts")).resolve("customer/v1.odcs.yaml");
            Path account = customer.resolveSibling("../account/v1.odcs.yaml").normalize();
            var settings = bed.settings().with("concordat.contracts", bed.folder.resolve("contracts").toString());
            Bridge.start(settings, Clock.systemUTC()).close();
            String laid = bed.query("ledger_eu", FUNCTIONS);

            String consent = "transformSourceObjects: [crm.customers.consent]\n        customProperties: [{property: owningSystem, value: ";
            edit(customer, consent + "crm", consent + "ledger");
            edit(account, "maxLength: 80", "maxLength: 81");
            String refusal = ":7:10 %1$s.version: is 1.0.0, which has stood for other content since ";
            var wrong = settings.with("concordat.ledger.us.password", "wrong");
            assertThatThrownBy(() -> Bridge.start(wrong, Clock.systemUTC())).isInstanceOf(BridgeException.class).message()
                    .satisfies(said -> assertThat(said.lines()).satisfiesExactly(
                            line -> assertThat(line).startsWith("the ledger of region 'us' at ").contains("password authentication failed"),
                            line -> assertThat(line).startsWith(account + refusal.formatted("account")),
                            line -> assertThat(line).startsWith(customer + refusal.formatted("customer")).contains("(customer.consent")));
            assertThat(bed.query("ledger_eu", FUNCTIONS)).isEqualTo(laid).isNotNull();

            edit(customer, "version: 1.0.0", "version: 1.1.0");
            edit(account, "version: 1.0.0", "version: 1.1.0");
            try (var bridge = Bridge.start(settings, Clock.systemUTC())) {
                assertThat(bed.query("ledger_eu", FUNCTIONS)).isNotEqualTo(laid);
                Path others = Files.createDirectories(bed.folder.resolve("others"));
                TestBed.copyOfContracts(others);
                edit(others.resolve("customer/v1.odcs.yaml"), "version: 1.0.0", "version: 1.1.0");
                var another = settings.with("concordat.contracts", others.toString()).with("concordat.webhook.port", "0").with("concordat.management.port", "0");
                assertThatThrownBy(() -> Bridge.start(another, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                        .hasMessageContaining("customer.version: is 1.1.0, which has stood for other content since ");
                assertThat(bridge.contracts().refused()).isEmpty();
            }
            assertThat(bed.query("directory", "SELECT string_agg(entity || '/' || version, ' ' ORDER BY entity, version) FROM concordat.contract"))
                    .isEqualTo("account/1.0.0 account/1.1.0 customer/1.0.0 customer/1.1.0");
        }
    }

    private static void edit(Path file, String find, String replace) throws Exception {
        String text = Files.readString(file);
        assertThat(text).contains(find);
        Files.writeString(file, text.replace(find, replace));
    }
}
