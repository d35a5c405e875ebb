package dev.concordat;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** Shows the operator's verbs in JMX. */
final class Jmx {
    private Jmx() {
    }

    /** Registers a bean as {@code dev.concordat:type=<type>}, in place of one from before. */
    static <T> AutoCloseable register(String type, Class<T> verbs, T bean) {
        try {
            var name = new ObjectName("dev.concordat:type=" + type);
            var server = ManagementFactory.getPlatformMBeanServer();
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(new StandardMBean(bean, verbs, true), name);
            return () -> server.unregisterMBean(name);
        } catch (JMException e) {
            throw new BridgeException("dev.concordat:type=" + type + " cannot be shown in JMX", e);
        }
    }
}
