package dev.concordat;

import dev.concordat.embedded.KafkaTopics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of the bridge: creates those that are missing, and looks whether all are as it needs them, and whether it may read as the groups of its
 * routes. One that exists is left as it is.
 */
final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final String PARTITIONS = "concordat.kafka.partitions";
    /** Names a topic that somebody else writes, which is needed where a route reads it. */
    private static final String SALESFORCE = "concordat.salesforce.topic";
    /** What names the bridge's Kafka. */
    private static final List<String> OWN = List.of("concordat.kafka.brokers", "camel.component.kafka.brokers");
    private static final int PATIENCE_MS = 10_000;
    /** A broker may not have heard yet of a topic that somebody else has just made. */
    private static final long HEARSAY_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long PAUSE_MS = 200;

    private final Settings settings;
    private final Admin admin;
    /** By the bridge. */
    private final List<String> written = new ArrayList<>();
    private final List<String> all;
    private final Set<String> groups;

    private Topics(Settings settings, RouteFiles routes, Admin admin) {
        this.settings = settings;
        this.admin = admin;
        written.add(settings.text("concordat.intake.topic"));
        written.add(settings.text("concordat.refetch.topic"));
        routes.regions().forEach(region -> written.add(region + ".changes"));
        var read = routes.take(SALESFORCE) ? Stream.of(settings.text(SALESFORCE)) : Stream.<String>empty();
        this.all = Stream.concat(written.stream(), read).toList();
        var own = OWN.stream().flatMap(key -> Stream.of("{{" + key + "}}", settings.text(key))).collect(Collectors.toSet());
        this.groups = routes.groups(own);
    }

    /**
     * Returns the id that Kafka gave the intake's topic.
     *
     * @throws BridgeException with every finding, when topics are missing or not as the bridge needs them, it may not use them, or Kafka cannot be asked
     */
    static String prepare(KafkaAccess kafka, Settings settings, RouteFiles routes) {
        try (Admin admin = kafka.admin(Map.of(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000))) {
            var topics = new Topics(settings, routes, admin);
            topics.reach();
            if (settings.number(PARTITIONS) > 0) {
                topics.create();
            }
            return topics.inspect();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BridgeException("interrupted while Kafka was asked for its topics", e);
        }
    }

    private void reach() throws InterruptedException {
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MS)).nodes().get();
        } catch (ExecutionException e) {
            throw away(e);
        }
    }

    private BridgeException away(ExecutionException e) {
        Throwable cause = e.getCause();
        String said = ": " + cause.getMessage() + "; ";
        return new BridgeException("Kafka at [" + settings.text("concordat.kafka.brokers") + "] ('concordat.kafka.brokers') "
                + (cause instanceof SslAuthenticationException ? "does not agree with the bridge on TLS" + said + "'camel.component.kafka.ssl-*' should be as it wants it"
                : cause instanceof AuthenticationException ? "refuses the login" + said + "'camel.component.kafka.sasl-*' should be a login that it knows"
                : "cannot be reached" + said + "it should answer there, by what 'camel.component.kafka.security-protocol' says"), e);
    }

    private void create() throws InterruptedException {
        var topics = all.stream().map(name -> new NewTopic(name, settings.number(PARTITIONS), (short) settings.number("concordat.kafka.replication"))
                .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, settings.text(Settings.LARGEST_RECORD)))).toList();
        var created = admin.createTopics(topics).values();
        Set<String> refusals = new LinkedHashSet<>();
        for (NewTopic topic : topics) {
            try {
                KafkaTopics.awaitReady(admin, topic, created.get(topic.name()));
            } catch (ExecutionException e) {
                if (TopicInspection.isAway(e)) {
                    throw away(e);
                }
                // Whoever may make none hears nothing else of those that are there.
                if (!isThere(topic.name())) {
                    refusals.add("topic '" + topic.name() + "' cannot be created: " + e.getCause().getMessage());
                }
            }
        }
        if (!refusals.isEmpty()) {
            throw new BridgeException(String.join("\n", refusals) + "\n'" + PARTITIONS + " = 0' leaves it to you");
        }
    }

    private boolean isThere(String topic) throws InterruptedException {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().containsKey(topic);
        } catch (ExecutionException e) {
            LOG.debug("whether topic {} is there", topic, e);
            return false;
        }
    }

    private String inspect() throws InterruptedException {
        try {
            long began = System.nanoTime();
            var readers = GroupInspection.of(admin, groups, PATIENCE_MS);
            var seen = TopicInspection.of(admin, all, written, settings.number(Settings.LARGEST_RECORD));
            while (!seen.missing().isEmpty() && System.nanoTime() - began < HEARSAY_NS) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                seen = TopicInspection.of(admin, all, written, settings.number(Settings.LARGEST_RECORD));
            }
            tell(seen, readers.findings());
            return seen.ids().get(settings.text("concordat.intake.topic"));
        } catch (ExecutionException e) {
            throw away(e);
        }
    }

    private void tell(TopicInspection seen, List<String> ofGroups) {
        var findings = new ArrayList<String>();
        seen.missing().forEach(topic -> findings.add("topic '" + topic + "' is missing; it should be made, or '" + PARTITIONS
                + "' say with how many partitions the bridge makes it"));
        findings.addAll(seen.findings());
        findings.addAll(ofGroups);
        if (!findings.isEmpty()) {
            throw new BridgeException(String.join("\n", findings));
        }
        var fewer = seen.fewer(settings.number(PARTITIONS));
        if (!fewer.isEmpty()) {
            LOG.warn("topics that are there have fewer partitions than '" + PARTITIONS + "' [{}], and keep them until somebody adds some: partitions={}",
                    settings.text(PARTITIONS), fewer);
        }
        if (!seen.tellsRights()) {
            LOG.warn("Kafka, as before 2.3, cannot tell what the bridge may read and write; nobody has checked it");
        }
        if (!seen.untold().isEmpty()) {
            LOG.warn("nobody has checked how topics are set: 'max.message.bytes' should be at least {}, 'cleanup.policy' delete; topics={} cause={}",
                    settings.text(Settings.LARGEST_RECORD), seen.untold().keySet(), Set.copyOf(seen.untold().values()));
        }
    }
}
