package dev.concordat;

import dev.concordat.quarantine.QuarantineMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Shows the operator's verbs in JMX. */
final class Jmx {
    private static final String QUARANTINE = "dev.concordat:type=Quarantine";

    private Jmx() {
    }

    static AutoCloseable register(QuarantineMXBean quarantine) {
        try {
            var name = new ObjectName(QUARANTINE);
            var server = ManagementFactory.getPlatformMBeanServer();
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(new javax.management.StandardMBean(quarantine, QuarantineMXBean.class, true), name);
            return () -> server.unregisterMBean(name);
        } catch (JMException e) {
            throw new BridgeException("the quarantine cannot be shown in JMX", e);
        }
    }
}
