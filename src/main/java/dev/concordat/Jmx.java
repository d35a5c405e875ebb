package dev.concordat;

import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import javax.management.Descriptor;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
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
            server.registerMBean(new Worded<>(bean, verbs), name);
            return () -> server.unregisterMBean(name);
        } catch (JMException e) {
            throw new BridgeException("dev.concordat:type=" + type + " cannot be shown in JMX", e);
        }
    }

    /** A bean whose verbs and their parameters have the words of {@link Described}, and the names that they have in Java. */
    private static final class Worded<T> extends StandardMBean {
        Worded(T bean, Class<T> verbs) {
            super(bean, verbs, true);
        }

        @Override
        protected String getDescription(MBeanInfo bean) {
            return words(bean.getDescriptor(), super.getDescription(bean));
        }

        @Override
        protected String getDescription(MBeanFeatureInfo verb) {
            return words(verb.getDescriptor(), super.getDescription(verb));
        }

        @Override
        protected String getDescription(MBeanOperationInfo verb, MBeanParameterInfo parameter, int place) {
            return words(parameter.getDescriptor(), super.getDescription(verb, parameter, place));
        }

        @Override
        protected String getParameterName(MBeanOperationInfo verb, MBeanParameterInfo parameter, int place) {
            return Stream.of(getMBeanInterface().getMethods()).filter(method -> method.getName().equals(verb.getName())).findFirst()
                    .map(method -> method.getParameters()[place].getName()).orElse(super.getParameterName(verb, parameter, place));
        }

        private static String words(Descriptor descriptor, String otherwise) {
            return descriptor.getFieldValue(Described.FIELD) instanceof String words ? words : otherwise;
        }
    }
}
