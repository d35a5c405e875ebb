package dev.concordat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;

/** The routes that read topics of Kafka, as they are now: files of routes may be edited. */
final class TopicRoutes {
    private final Supplier<CamelContext> camel;
    private final Set<String> regions;

    TopicRoutes(Supplier<CamelContext> camel, Set<String> regions) {
        this.camel = camel;
        this.regions = regions;
    }

    /**
     * Where a route reads its topic.
     *
     * @throws BridgeException when there is no such route, or it reads something else
     */
    KafkaEndpoint topicOf(String route) {
        var found = camel.get().getRoute(route);
        if (found == null || !(found.getEndpoint() instanceof KafkaEndpoint topic)) {
            throw new BridgeException("there is no route [" + route + "] that reads a topic of Kafka");
        }
        return topic;
    }

    /**
     * What reads the topics by which changes come to a ledger, sources first: the intake leaves what has to be read from the CRM to the refetches, and
     * these give it back; the lane gives back what an older major has judged.
     */
    List<String> before(String region) {
        String lane = "apply-" + region;
        var own = new HashSet<>(List.of("receive", "refetch"));
        regions.forEach(each -> own.add("apply-" + each));
        var routes = new ArrayList<String>();
        camel.get().getRoutes().stream().filter(route -> !own.contains(route.getRouteId()) && route.getEndpoint() instanceof KafkaEndpoint topic
                && canBeAsked(topic.getConfiguration())).forEach(source -> routes.add(source.getRouteId()));
        routes.add("receive");
        if (camel.get().getRoute("refetch") != null) {
            routes.addAll(List.of("refetch", "receive"));
        }
        routes.addAll(List.of(lane, "receive", lane));
        return routes;
    }

    /** How far a route of somebody's own is: not where its topics are those of another Kafka or only a pattern, or nobody commits what it has read. */
    private boolean canBeAsked(KafkaConfiguration source) {
        return !source.isTopicIsPattern() && source.getGroupId() != null
                && Objects.equals(source.getBrokers(), topicOf("receive").getConfiguration().getBrokers());
    }
}
