package dev.concordat.audit;

import dev.concordat.audit.AuditReport.Measure;
import dev.concordat.audit.AuditReport.Target;
import java.math.RoundingMode;

/** A target's measurements as people read them. */
final class Figures {
    private Figures() {}

    static String measured(Target target) {
        return measured(target, target.overall());
    }

    static String measured(Target target, Measure measure) {
        if (measure.value() == null) {
            return "–";
        }
        return switch (target.name()) {
            case "latency" -> Words.seconds(measure.value());
            case "compliance" -> Words.percent(measure.value(), RoundingMode.FLOOR);
            default -> Words.percent(measure.value(), RoundingMode.CEILING);
        };
    }

    /** Part over whole, such as {@code 12 of 4,000 changes}. */
    static String fraction(Target target, Measure measure) {
        String what = target.name().equals("latency") ? " slower of " : " in breach of ";
        return Words.number(measure.part()) + what + Words.number(measure.whole());
    }
}
