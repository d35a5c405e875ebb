package dev.concordat.residency;

import dev.concordat.BridgeException;
import java.nio.file.Path;
import java.util.ArrayList;

/** Residency policies of tests. */
public final class Policies {
    private Policies() {
    }

    /** @throws BridgeException with every finding, when the file cannot be read or contradicts itself */
    public static ResidencyPolicy read(Path file) {
        var findings = new ArrayList<String>();
        var policy = ResidencyPolicy.read(file, findings);
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
        return policy;
    }
}
