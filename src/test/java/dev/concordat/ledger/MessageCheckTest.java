package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import dev.concordat.change.Breached;
import dev.concordat.change.Quarantined;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageCheckTest {
    private static final Breach BREACH = new Breach("schema", "customer/1.0.0", "", "pattern", "`/after/phone` should be a phone number");

    private static Quarantined exported(String subject) {
        return new Quarantined("urn:ledger:eu", subject + "/7", subject, Quarantined.LEDGER_TO_CRM, BREACH.contract(), BREACH.rule(), List.of(BREACH, BREACH),
                subject + "@7", false, null);
    }

    private static String message(Quarantined... quarantined) {
        var breached = java.util.Arrays.stream(quarantined).map(each -> new Breached(each, "{}".getBytes(UTF_8))).toList();
        return new QuarantineMessage(breached).json();
    }

    @Test
    void whatTheBridgeWritesIsSound() {
        assertThat(MessageCheck.objection(message(Quarantined.unread("crm.changes-0@7", BREACH), exported("customer/C-1"), exported("customer/C-2"))))
                .isNull();
        var changed = new Quarantined("urn:crm:test", "e-1", "customer/C-1", Quarantined.CRM_TO_LEDGER, "customer/1.0.0", "schema", List.of(BREACH),
                "crm.changes-0@8", true, "2026-11-22T10:00:00.123456Z");
        assertThat(MessageCheck.objection(message(changed))).isNull();
        byte[] large = new byte[16 << 20];
        assertThat(MessageCheck.objection(new QuarantineMessage(List.of(new Breached(changed, large))).json())).as("larger than Jackson takes otherwise").isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                        | it should be a JSON array of changes
            secret                    | it should be JSON
            [] secret                 | it should be JSON
            {}                        | it should be a JSON array of changes
            []                        | it should be a JSON array of changes
            [7]                       | change 1 of 1: `source` should be a text
            [null]                    | change 1 of 1: `source` should be a text
            """)
    void whatIsNoArrayOfChangesIsSaidSo(String text, String objection) {
        assertThat(MessageCheck.objection(text)).isEqualTo(objection);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            id        | 7                            | `id` should be a text
            contract  | null                         | `contract` should be a text
            direction | "'secret'"                   | `direction` should be crm-to-ledger or ledger-to-crm
            returned  | "'true'"                     | `returned` should be true or false
            subject   | null                         | `subject` should be an entity and an id, such as customer/C-1
            subject   | "'secret'"                   | `subject` should be an entity and an id, such as customer/C-1
            subject   | 7                            | `subject` should be an entity and an id, such as customer/C-1
            changedAt | "'yesterday'"                | `changedAt` should be a time, such as 2026-01-31T10:00:00Z
            changedAt | "'2026-02-30T10:00:00Z'"     | `changedAt` should be a time, such as 2026-01-31T10:00:00Z
            changedAt | 7                            | `changedAt` should be a time, such as 2026-01-31T10:00:00Z
            original  | "'se cret!'"                 | `original` should be in Base64
            original  | "'e3'"                       | `original` should be in Base64
            breaches  | null                         | `breaches` should be an array of at least one breach
            breaches  | []                           | `breaches` should be an array of at least one breach
            breaches  | {}                           | `breaches` should be an array of at least one breach
            breaches  | ['secret']                   | breach 1 of 1: `rule` should be a text
            breaches  | [{'rule':'a','contract':'b','pointer':'c','keyword':'d'}] | breach 1 of 1: `sentence` should be a text
            """)
    void whatIsWrongInAChangeIsSaidWithItsPlaceAndWithoutItsValue(String name, String value, String objection) throws Exception {
        var json = new ObjectMapper();
        var changes = json.readTree(message(exported("customer/C-1"), exported("customer/C-2")));
        ((ObjectNode) changes.get(1)).set(name, json.readTree(value.replace('\'', '"')));
        assertThat(MessageCheck.objection(changes.toString())).isEqualTo("change 2 of 2: " + objection);
    }

    @Test
    void noChangeIsInAMessageTwice() {
        var unread = Quarantined.unread("crm.changes-0@7", BREACH);
        assertThat(MessageCheck.objection(message(unread, unread)))
                .isEqualTo("change 2 of 2: `source` and `id` should be those of no other change of the message");
    }

    @Test
    void noEntityThatTheCrmRefusedIsInAMessageTwice() {
        assertThat(MessageCheck.objection(message(exported("customer/C-1"), exported("customer/C-1")).replaceFirst("customer/C-1/7", "customer/C-1/8")))
                .isEqualTo("change 2 of 2: `source` and `subject` should be those of no other change of the message");
    }
}
