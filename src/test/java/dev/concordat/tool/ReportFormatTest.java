package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFormatTest {
    private static final Problem WRONG = new Problem(Problem.Level.ERROR, "a,b.yaml", 3, 5, "duplicate-key", "key 'x' is there twice\n100 %; keep one");
    private static final Problem ODD = new Problem(Problem.Level.WARNING, "c.yaml", 0, 0, "old-version", "is < old & \u0001");
    private static final Report REPORT = new Report("contract lint",
            List.of(new Report.Check("a", List.of(WRONG)), new Report.Check("c", List.of(ODD)), new Report.Check("d", List.of())),
            "for people", JsonNodeFactory.instance.objectNode().put("problems", 2));

    private static String printed(ReportFormat format, int status) {
        var text = new StringWriter();
        assertThat(format.print(REPORT, new PrintWriter(text))).isEqualTo(status);
        return text.toString().strip();
    }

    @Test
    void textIsForPeople() {
        assertThat(printed(ReportFormat.TEXT, 1)).isEqualTo("for people");
    }

    @Test
    void jsonIsTheCommandsOwnDocument() {
        assertThat(printed(ReportFormat.JSON, 1)).isEqualToIgnoringWhitespace("{\"problems\": 2}");
    }

    @Test
    void githubGetsAnAnnotationForEachProblem() {
        assertThat(printed(ReportFormat.GITHUB, 1).lines()).containsExactly(
                "::error file=a%2Cb.yaml,line=3,col=5,title=duplicate-key::key 'x' is there twice%0A100 %25; keep one",
                "::warning file=c.yaml,title=old-version::is < old & \u0001");
    }

    @Test
    void junitGetsATestCaseForEachCheckAndAFailureForErrorsAlone() {
        assertThat(printed(ReportFormat.JUNIT, 1)).isEqualTo("<?xml version=\"1.0\" ?><testsuite name=\"concordat contract lint\" tests=\"3\" "
                + "failures=\"1\"><testcase classname=\"contract.lint\" name=\"a\"><failure message=\"key 'x' is there twice 100 %; keep one\">"
                + "a,b.yaml:3:5: duplicate-key: key 'x' is there twice\n100 %; keep one</failure></testcase><testcase classname=\"contract.lint\" "
                + "name=\"c\"><system-out>c.yaml: old-version: is &lt; old &amp; ?</system-out></testcase><testcase classname=\"contract.lint\" "
                + "name=\"d\"></testcase></testsuite>");
    }

    @Test
    void warningsAloneAreNoFailure() {
        assertThat(new Report("contract lint", List.of(new Report.Check("c", List.of(ODD))), "", JsonNodeFactory.instance.nullNode()).status()).isZero();
    }
}
