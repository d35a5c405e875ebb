package dev.concordat;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Tells of the last audit of the group. It stays up whatever was found or could not be read: changes flow all the same. */
final class AuditHealth extends Readiness {
    private final Audits audits;

    AuditHealth(Audits audits) {
        super("audit");
        this.audits = audits;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        audits.known().filter(known -> known.at() != null).ifPresent(known -> {
            builder.detail("last", known.at().toString()).detail("findings", known.findings()).detail("unread", known.unread());
            if (known.wholeAt() != null) {
                builder.detail("last.whole", known.wholeAt().toString());
            }
        });
        audits.unwritten().ifPresent(why -> builder.detail("report", why));
        builder.up();
    }
}
