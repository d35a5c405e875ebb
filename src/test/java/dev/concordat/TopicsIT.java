package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.faults.KafkaNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Topics that somebody else has made, in a Kafka that lets the bridge do no more than it is told to; each test has topics of its own. */
class TopicsIT {
    @TempDir
    private static Path folder;
    private static KafkaRaftServer kafka;
    private static Admin owner;
    private static String bridges;

    @RegisterExtension
    private final Said said = new Said(Topics.class);

    @BeforeAll
    static void start() throws Exception {
        String own = Integer.toString(FreePort.any());
        String port = Integer.toString(FreePort.any());
        bridges = "127.0.0.1:" + port;
        var settings = new HashMap<>(KafkaNode.settings(folder, own, Integer.toString(FreePort.any()), port, port));
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,BRIDGE:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("listener.name.bridge.sasl.enabled.mechanisms", "PLAIN");
        settings.put("listener.name.bridge.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_bridge=\"any\";");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        kafka = KafkaNode.start(folder, settings);
        owner = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + own));
        allow(ResourceType.GROUP, "concordat-", AclOperation.READ);
    }

    @AfterAll
    static void stop() {
        owner.close();
        kafka.shutdown();
        kafka.awaitShutdown();
    }

    /** @param mark begins the names of the test's topics, but for the lane's, whose region it is */
    private static Settings settings(String mark) {
        return Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.kafka.brokers", bridges)
                .with("concordat.kafka.partitions", "0")
                .with("concordat.intake.topic", mark + ".intake").with("concordat.refetch.topic", mark + ".refetch").with("concordat.salesforce.topic", mark + ".salesforce")
                .with("camel.component.kafka.security-protocol", "SASL_PLAINTEXT").with("camel.component.kafka.sasl-mechanism", "PLAIN")
                .with("camel.component.kafka.sasl-jaas-config", "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"bridge\" password=\"any\";");
    }

    private static String prepare(Settings settings, List<String> regions) {
        return Topics.prepare(KafkaAccess.of(settings), settings, RouteFiles.look(settings.path("concordat.routes"), regions));
    }

    private static void make(String topic, Map<String, String> settings) throws Exception {
        owner.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings))).all().get();
    }

    private static void allow(String mark, AclOperation... operations) throws Exception {
        allow(ResourceType.TOPIC, mark, operations);
    }

    private static void allow(ResourceType type, String mark, AclOperation... operations) throws Exception {
        var rights = Stream.of(operations).map(operation -> new AclBinding(new ResourcePattern(type, mark, PatternType.PREFIXED),
                new AccessControlEntry("User:bridge", "*", operation, AclPermissionType.ALLOW))).toList();
        owner.createAcls(rights).all().get();
    }

    @Test
    void whatIsMissingAndWhatIsNotAsItShouldBeIsToldAtOnce() throws Exception {
        allow("bad", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
        make("bad.intake", Map.of("max.message.bytes", "4194304", "cleanup.policy", "compact,delete"));
        make("bad.changes", Map.of("max.message.bytes", "1048588"));
        make("bad.salesforce", Map.of("max.message.bytes", "1048588", "cleanup.policy", "compact"));
        assertThatThrownBy(() -> prepare(settings("bad"), List.of("bad"))).isInstanceOf(BridgeException.class).hasMessage("""
                topic 'bad.refetch' is missing; it should be made, or 'concordat.kafka.partitions' say with how many partitions the bridge makes it
                topic 'bad.intake': 'cleanup.policy' [compact,delete] should be delete, or changes of a customer would be lost but for the last
                topic 'bad.changes': 'max.message.bytes' [1048588] should be at least 4194304, or a larger record would hold up all that comes after it""");
    }

    @Test
    void whereKafkaDoesNotTellHowTopicsAreSetALineSaysSo() throws Exception {
        allow("dim", AclOperation.READ, AclOperation.WRITE);
        for (String topic : List.of("dim.intake", "dim.refetch", "dim.changes", "dim.salesforce")) {
            make(topic, Map.of());
        }
        assertThatCode(() -> prepare(settings("dim"), List.of("dim"))).doesNotThrowAnyException();
        assertThat(said.lines()).containsExactly("WARN nobody has checked how topics are set: 'max.message.bytes' should be "
                + "at least 4194304, 'cleanup.policy' delete; topics=[dim.intake, dim.refetch, dim.changes] cause=[Topic authorization failed.]");
    }

    @Test
    void theRightsThatTheBridgeLacksAreToldAtOnce(@TempDir Path routes) throws Exception {
        for (String topic : List.of("shy.intake", "shy.refetch", "shy.changes", "shy.salesforce")) {
            make(topic, Map.of("max.message.bytes", "4194304"));
        }
        allow("shy.", AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
        allow("shy.intake", AclOperation.READ);
        allow("shy.refetch", AclOperation.WRITE);
        Files.createDirectory(routes.resolve("lane"));
        for (String file : List.of("admit.camel.yaml", "salesforce-adapter.camel.yaml", "lane/apply.camel.yaml")) {
            Files.writeString(routes.resolve(file), Files.readString(Path.of("routes", file)).replace("concordat-admit", "foreign-admit")
                    .replace("concordat-apply", "foreign-apply"));
        }
        allow(ResourceType.GROUP, "foreign-admit", AclOperation.DESCRIBE);
        var settings = settings("shy").with("concordat.routes", routes.toString());
        assertThatThrownBy(() -> prepare(settings, List.of("shy"))).isInstanceOf(BridgeException.class).hasMessage("""
                topic 'shy.intake': the bridge has no right to WRITE; Kafka's access lists should give it that on this topic
                topic 'shy.refetch': the bridge has no right to READ; Kafka's access lists should give it that on this topic
                topic 'shy.changes': the bridge has no right to READ and WRITE; Kafka's access lists should give it that on this topic
                topic 'shy.salesforce': the bridge has no right to READ; Kafka's access lists should give it that on this topic
                group 'foreign-admit': the bridge has no right to READ; Kafka's access lists should give it that on this group
                group 'foreign-apply-shy': the bridge has no right to READ; Kafka's access lists should give it that on this group""");
    }

    @Test
    void whatMayNotBeMadeIsToldWithHowToDoWithoutAndWhatMayIsMadeToFit() throws Exception {
        allow("own", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS, AclOperation.CREATE);
        var settings = settings("own").with("concordat.kafka.partitions", "2");
        assertThatCode(() -> prepare(settings, List.of("own"))).doesNotThrowAnyException();
        assertThatCode(() -> prepare(settings, List.of("own"))).as("all are there now").doesNotThrowAnyException();
        assertThatThrownBy(() -> prepare(settings, List.of("foreign", "own", "strange"))).isInstanceOf(BridgeException.class).hasMessage("""
                topic 'foreign.changes' cannot be created: Authorization failed.
                topic 'strange.changes' cannot be created: Authorization failed.
                'concordat.kafka.partitions = 0' leaves it to you""");
        assertThatThrownBy(() -> prepare(settings.with("concordat.kafka.partitions", "0"), List.of("foreign"))).isInstanceOf(BridgeException.class)
                .hasMessage("topic 'foreign.changes' cannot be looked at: Topic authorization failed.; it should be there, and the bridge be allowed to use it");
    }

    @Test
    void whereAllTopicsAreThereTheBridgeNeedsNoRightToMakeThem() throws Exception {
        allow("there", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
        for (String topic : List.of("there.intake", "there.refetch", "there.changes", "there.salesforce")) {
            make(topic, Map.of("max.message.bytes", "4194304"));
        }
        assertThatCode(() -> prepare(settings("there").with("concordat.kafka.partitions", "1"), List.of("there"))).doesNotThrowAnyException();
        assertThat(said.lines()).isEmpty();
    }

    @Test
    void topicsWithFewerPartitionsThanTheBridgeWouldMakeAreNamed() throws Exception {
        allow("thin", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS, AclOperation.CREATE);
        for (String topic : List.of("thin.intake", "thin.changes")) {
            make(topic, Map.of("max.message.bytes", "4194304"));
        }
        prepare(settings("thin").with("concordat.kafka.partitions", "2"), List.of("thin"));
        assertThat(said.lines()).containsExactly("WARN topics that are there have fewer partitions than 'concordat.kafka.partitions' [2], and keep them until "
                + "somebody adds some: partitions={thin.intake=1, thin.changes=1}");
    }

    @Test
    void theTopicOfAnAdapterThatWasRemovedIsNeitherDemandedNorMade(@TempDir Path routes) throws Exception {
        allow("less", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS, AclOperation.CREATE);
        for (String topic : List.of("less.intake", "less.refetch", "less.changes")) {
            make(topic, Map.of("max.message.bytes", "4194304"));
        }
        Files.copy(Path.of("routes/refetch.camel.yaml"), routes.resolve("refetch.camel.yaml"));
        Files.copy(Path.of("routes/salesforce-adapter.camel.yaml"), routes.resolve("salesforce-adapter.camel.yaml.off"));
        var without = settings("less").with("concordat.routes", routes.toString());
        assertThatCode(() -> prepare(without, List.of("less"))).doesNotThrowAnyException();
        assertThatCode(() -> prepare(without.with("concordat.kafka.partitions", "2"), List.of("less"))).doesNotThrowAnyException();
        assertThat(owner.listTopics().names().get()).doesNotContain("less.salesforce");
        Files.copy(Path.of("routes/salesforce-adapter.camel.yaml"), routes.resolve("other-name.camel.yaml"));
        assertThatThrownBy(() -> prepare(without, List.of("less"))).isInstanceOf(BridgeException.class)
                .hasMessageStartingWith("topic 'less.salesforce' is missing; it should be made");
    }

    @Test
    void aKafkaThatDoesNotAnswerIsNamed() {
        var settings = settings("any").with("concordat.kafka.brokers", "127.0.0.1:1").with("concordat.kafka.partitions", "6");
        assertThatThrownBy(() -> prepare(settings, List.of("any"))).isInstanceOf(BridgeException.class)
                .hasMessageStartingWith("Kafka at [127.0.0.1:1] ('concordat.kafka.brokers') cannot be reached: ")
                .hasMessageEndingWith("; it should answer there, by what 'camel.component.kafka.security-protocol' says");
    }
}
