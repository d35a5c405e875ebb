package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a command found, in every form that it can be printed in.
 *
 * @param command such as {@code contract lint}
 * @param checks  what was looked at, each with its problems
 * @param text    for people
 * @param json    for programs
 */
public record Report(String command, List<Check> checks, String text, JsonNode json) {
    public Report {
        checks = List.copyOf(checks);
    }

    /** One thing that was looked at, such as a file, a case or a change. */
    public record Check(String name, List<Problem> problems) {
        public Check {
            problems = List.copyOf(problems);
        }
    }

    /** 1 where there is an error, else 0. */
    public int status() {
        return checks.stream().flatMap(check -> check.problems().stream())
                .anyMatch(problem -> problem.level() == Problem.Level.ERROR) ? 1 : 0;
    }
}
