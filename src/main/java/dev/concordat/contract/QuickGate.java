package dev.concordat.contract;

import com.fasterxml.jackson.core.JsonParser;
import dev.concordat.change.Enrichment;
import dev.concordat.change.SoundReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the data of changes that are plainly sound by the contracts that a gate has in force, and that enrichment leaves as they are. The
 * gate lets them pass without another look, unless its contracts are other ones by then.
 */
final class QuickGate implements SoundReader {
    private final Gate gate;
    private final Enrichment enrichment;
    private volatile Compiled compiled;

    private record Compiled(Gate.InForce inForce, Map<String, QuickJudge> judges) {
    }

    QuickGate(Gate gate, Enrichment enrichment) {
        this.gate = gate;
        this.enrichment = enrichment;
        this.compiled = compile(gate.inForce());
    }

    private Compiled compile(Gate.InForce inForce) {
        Map<String, QuickJudge> judges = new HashMap<>();
        inForce.newest().values().forEach(judge -> judge.quick(enrichment)
                .ifPresent(quick -> judges.put(judge.contract().dataschema(), quick)));
        return new Compiled(inForce, judges);
    }

    @Override
    public Sound read(JsonParser parser, byte[] bytes, Addressed addressed) throws IOException {
        Compiled current = compiled;
        if (current.inForce != gate.inForce()) {
            current = compile(gate.inForce());
            compiled = current;
        }
        QuickJudge judge = current.judges.get(addressed.dataschema());
        return judge == null ? null : judge.read(parser, bytes, addressed);
    }
}
