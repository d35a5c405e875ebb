package dev.concordat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One look at the groups as which routes read: as which of them Kafka does not let the bridge read. */
final class GroupInspection {
    private static final Logger LOG = LoggerFactory.getLogger(GroupInspection.class);

    private final Map<String, KafkaFuture<ConsumerGroupDescription>> asked;

    private GroupInspection(Map<String, KafkaFuture<ConsumerGroupDescription>> asked) {
        this.asked = asked;
    }

    /** Asks Kafka, and does not wait for its answer. */
    static GroupInspection of(Admin admin, Collection<String> groups, int patienceMs) {
        return new GroupInspection(admin.describeConsumerGroups(groups, new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true)
                .timeoutMs(patienceMs)).describedGroups());
    }

    List<String> findings() throws InterruptedException {
        var findings = new ArrayList<String>();
        for (var group : asked.entrySet()) {
            if (isRefused(group.getKey(), group.getValue())) {
                findings.add("group '" + group.getKey() + "': the bridge has no right to READ; Kafka's access lists should give it that on this group");
            }
        }
        return findings;
    }

    /** Not where Kafka does not tell, as of a group for which no broker is ready yet. */
    private static boolean isRefused(String group, KafkaFuture<ConsumerGroupDescription> answer) throws InterruptedException {
        try {
            var rights = answer.get().authorizedOperations();
            return rights != null && !rights.isEmpty() && !rights.contains(AclOperation.READ);
        } catch (ExecutionException e) {
            LOG.debug("whether group {} may be read as", group, e);
            return e.getCause() instanceof GroupAuthorizationException;
        }
    }
}
