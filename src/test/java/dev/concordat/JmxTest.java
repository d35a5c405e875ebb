package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.quarantine.Quarantine;
import dev.concordat.quarantine.QuarantineMXBean;
import dev.concordat.residency.Intake;
import dev.concordat.residency.IntakeMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import javax.management.MBeanFeatureInfo;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What whoever works the verbs over JMX reads of them, as in the console. */
class JmxTest {
    private static String words(MBeanFeatureInfo feature) {
        return feature.getName() + ": " + feature.getDescription();
    }

    @Test
    void verbsAndTheirParametersHaveNamesAndWords() throws Exception {
        try (var quarantine = Jmx.register("QuarantineOfATest", QuarantineMXBean.class, new Quarantine(null, List.of()));
                var intake = Jmx.register("IntakeOfATest", IntakeMXBean.class, new Intake(null))) {
            assertThat(List.of(quarantine, intake)).doesNotContainNull();
            for (String type : List.of("QuarantineOfATest", "IntakeOfATest")) {
                var bean = ManagementFactory.getPlatformMBeanServer().getMBeanInfo(new ObjectName("dev.concordat:type=" + type));
                assertThat(bean.getDescription()).doesNotContain("Information on the management interface");
                assertThat(Stream.of(bean.getOperations()).map(JmxTest::words)).isNotEmpty().allMatch(words -> words.contains(" "));
                assertThat(Stream.of(bean.getOperations()).map(MBeanFeatureInfo::getDescription)).doesNotContain("Operation exposed for management");
                assertThat(Stream.of(bean.getAttributes()).map(MBeanFeatureInfo::getDescription)).isNotEmpty().doesNotContain("Attribute exposed for management");
                if (type.startsWith("Quarantine")) {
                    var parameters = Stream.of(bean.getOperations()).flatMap(verb -> Stream.of(verb.getSignature()).map(each -> verb.getName() + " " + words(each))).toList();
                    assertThat(parameters).contains("list limit: At most so many changes",
                            "show name: Name of the change, such as eu-17; list shows them", "replay name: Name of the change, such as eu-17; list shows them",
                            "replayAll rule: The rule, such as schema; all for the whole quarantine",
                            "discard name: Name of the change, such as eu-17; list shows them", "discard reason: Why; kept with the change", "discardMany atMost: So many changes may end at most")
                            .allMatch(words -> words.contains(": "));
                }
            }
        }
    }
}
