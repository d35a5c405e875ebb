package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarantineCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"discard eu-1 --reason=|--reason [] should say why",
        "show eu-1 --original --format json|leave --format out", "list --groups --limit 0|--limit [0] should be a whole number from 1"})
    void whatMakesNoSenseEndsWithTwoBeforeADatabaseIsAsked(String arguments, String words) {
        var err = new StringWriter();
        int status = Concordat.commandLine().setErr(new PrintWriter(err)).execute(("quarantine " + arguments).split(" "));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(words);
    }
}
