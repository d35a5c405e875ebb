package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Breach;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoViewTest {
    /** In a terminal that is narrower than a line, going up by lines would else go up too little. */
    @Test
    void aFrameHasAsManyRowsAsLinesInAnyTerminal() {
        assertThat(DemoView.frame(List.of("received", "breaches"), 0)).isEqualTo("\u001b[?7l\u001b[2Kreceived\n\u001b[2Kbreaches\n\u001b[J\u001b[?7h");
        assertThat(DemoView.frame(List.of("received"), 2)).isEqualTo("\u001b[?7l\u001b[2A\u001b[2Kreceived\n\u001b[J\u001b[?7h");
    }

    @Test
    void whatThereIsToTrySaysWhichBridge() {
        var breaches = IntStream.range(0, 20).boxed().collect(Collectors.toMap(
                number -> new Breach("schema", "customer/1.0.0", "/after/f" + number, "pattern", "").group(), number -> 1L));
        assertThat(DemoView.breaches(breaches, " --data '/tmp/a b'")).last().asString().endsWith(" more; `quarantine list --groups --data '/tmp/a b'` shows all");
        assertThat(DemoView.thingsToTry(" --data '/tmp/a b'", Optional.of("uk-7")))
                .anyMatch(line -> line.contains("--data '/tmp/a b' quarantine show uk-7 ") && line.endsWith("quarantine replay uk-7"))
                .anyMatch(line -> line.startsWith("  ./concordat --data '/tmp/a b' audit "))
                .anyMatch(line -> line.contains("./concordat --data '/tmp/a b' demo --seed 7 --exit"));
        assertThat(DemoView.thingsToTry("", Optional.empty())).noneMatch(line -> line.contains("quarantine show"));
    }
}
