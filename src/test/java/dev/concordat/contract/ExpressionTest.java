package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.change.Breach;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Judge JUDGE = new Judge(Contracts.read(Path.of("src/test/resources/contracts/expressions")).newest("deal"));

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # op, before, after, rules that are broken
            c |                      | {"openedOn":"2026-02-01","closedOn":"2026-01-31"}       | closed-after-opened
            c |                      | {"openedOn":"2026-02-01","closedOn":"2026-02-01"}       |
            c |                      | {"openedOn":"2026-02-01"}                               |
            u |                      | {"closedOn":"2026-01-31"}                               |
            u | {"closedOn":null}    | {"closedOn":"2026-01-31"}                               |
            u | {"openedOn":"2026-02-01"} | {"closedOn":"2026-01-31"}                          | closed-after-opened
            u | {"openedOn":4711}    | {"closedOn":"2026-01-31"}                               |
            u | {"openedOn":"2026-02-01","closedOn":"2026-01-31"} | {"amount":1}               |
            u |                      | {"closedOn":null,"openedOn":"2026-02-01"}               |
            c |                      | {"segment":"private"}                                   | manager-of-private
            c |                      | {"segment":"private","manager":"rm-1"}                  |
            c |                      | {"segment":"retail"}                                    |
            u |                      | {"segment":"private"}                                   |
            u |                      | {"segment":"private","manager":null}                    | manager-of-private
            u | {"segment":"private"} | {"manager":null}                                       | manager-of-private
            c |                      | {"openedOn":"2026-02-01","tradedAt":"2026-02-01T00:30:00+01:00"} | traded-while-open
            c |                      | {"openedOn":"2026-02-01","tradedAt":"2026-02-01T01:00:00+01:00"} |
            u | {"kind":"loan"}      | {"kind":"card"}                                         | kind-stays
            u | {"kind":"loan"}      | {"kind":"loan"}                                         |
            u |                      | {"kind":"card"}                                         |
            c |                      | {"kind":"card"}                                         |
            c |                      | {"live":true}                                           | never-created-live
            u |                      | {"live":true}                                           |
            u |                      | {"address":{"city":"Bern"}}                             | country-with-city
            u |                      | {"address":{"city":"Bern","country":"CH"}}              |
            u |                      | {"address":null}                                        |
            u |                      | {"amount":0,"rate":0.5}                                 | amount-by-rate
            u |                      | {"amount":0,"rate":0}                                   |
            u |                      | {"amount":123456789012345678901234567890,"rate":1}      | amount-by-rate
            u |                      | {"tags":["go","stop"]}                                  | tags-apart
            u |                      | {"tags":["go"]}                                         |
            u |                      | {"tags":null}                                           |
            c |                      | {"segment":"private","live":true}                       | manager-of-private, never-created-live
            c |                      | {"segment":1,"live":true}                               | schema, never-created-live
            """)
    void judges(String op, String before, String after, String rules) throws IOException {
        assertThat(breaches(op, before, after)).extracting(Breach::rule)
                .containsExactlyElementsOf(rules == null ? List.of() : List.of(rules.split(", ")));
    }

    @Test
    void aBreachIsNamedByTheContract() throws IOException {
        assertThat(breaches("c", null, "{\"openedOn\":\"2026-02-01\",\"closedOn\":\"2026-01-31\"}")).containsExactly(
                new Breach("closed-after-opened", "deal/1.0.0", "/after/closedOn", "expression",
                        "`/after/closedOn` should be on or after `/after/openedOn`"));
    }

    /** A million steps are asked for; the evaluation ends at the limit, which is a breach like any other. */
    @Test
    void noExpressionRunsForEver() throws IOException {
        String tags = JSON.writeValueAsString(Collections.nCopies(100, "go"));

        List<Breach> breaches = Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2),
                () -> breaches("u", null, "{\"tags\":" + tags + "}"));

        assertThat(breaches).extracting(Breach::sentence).containsExactly("`/after/tags` should not hold stop");
    }

    @Test
    void neitherDeleteNorRefetchSetsAnything() throws IOException {
        assertThat(breaches("refetch", null, "{\"openedOn\":\"2026-02-01\",\"closedOn\":\"2026-01-31\"}")).isEmpty();
    }

    @Test
    void anObservedRuleIsNoBreachButSeen() throws IOException {
        ObjectNode data = data("u", null, "{\"live\":true,\"tags\":[],\"amount\":1000}");
        List<Breach> breaches = new ArrayList<>();
        List<Observed> observed = new ArrayList<>();

        JUDGE.breaches(data, true, breaches::add);
        JUDGE.observe(data, observed::add);

        assertThat(breaches).isEmpty();
        assertThat(observed).containsExactly(
                new Observed(Severity.WARNING, new Breach("live-with-tags", "deal/1.0.0", "/after/tags", "expression",
                        "`/after/tags` should not be empty where `/after/live` is true")),
                new Observed(Severity.INFO, new Breach("small-amount", "deal/1.0.0", "/after/amount", "expression",
                        "`/after/amount` should be less than 1000")));
    }

    private static List<Breach> breaches(String op, String before, String after) throws IOException {
        List<Breach> found = new ArrayList<>();
        JUDGE.breaches(data(op, before, after), true, found::add);
        return found;
    }

    private static ObjectNode data(String op, String before, String after) throws IOException {
        ObjectNode data = JSON.createObjectNode().put("op", op);
        if (before != null) {
            data.set("before", JSON.readTree(before));
        }
        data.set("after", ((ObjectNode) JSON.readTree(after)).put("id", "D-1"));
        return data;
    }
}
