package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a contract command answered, run as on the command line. */
record Ran(int status, String out, String err) {
    static Ran contract(Object... arguments) {
        return contract(new ShippedRecords(), arguments);
    }

    static Ran contract(BridgeRecords records, Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var command = new CommandLine(new ContractCommand(records)).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (!(failure instanceof BridgeException)) {
                        throw failure;
                    }
                    line.getErr().println(failure.getMessage());
                    return 2;
                });
        String[] texts = java.util.Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
        return new Ran(command.execute(texts), out.toString(), err.toString());
    }

    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (IOException e) {
            throw new AssertionError(out + err, e);
        }
    }

    /** Accepted, filtered, in breach. */
    String counts() {
        return json().get("accepted") + " " + json().get("filtered") + " " + json().get("inBreach");
    }
}
