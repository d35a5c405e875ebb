package dev.concordat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** A broker that has some topics and every group, and speaks the versions of Kafka 2.2: those that ask for rights came later. */
final class OlderKafka implements AutoCloseable {
    private static final int NODE = 1;
    private static final Map<ApiKeys, Integer> SPOKEN = Map.of(ApiKeys.API_VERSIONS, 2, ApiKeys.METADATA, 7, ApiKeys.FIND_COORDINATOR, 2,
            ApiKeys.DESCRIBE_GROUPS, 2, ApiKeys.DESCRIBE_CONFIGS, 2);

    private final List<String> topics;
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    OlderKafka(String... topics) throws IOException {
        this.topics = List.of(topics);
        begin(() -> {
            while (!socket.isClosed()) {
                var client = socket.accept();
                begin(() -> serve(client));
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void begin(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // Whoever asked has gone.
            }
        }, "older-kafka");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException {
        try (client; var in = new DataInputStream(client.getInputStream()); var out = new DataOutputStream(client.getOutputStream())) {
            while (true) {
                var asked = ByteBuffer.wrap(in.readNBytes(in.readInt()));
                var header = RequestHeader.parse(asked);
                var request = AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), asked).request;
                var told = header.toResponseHeader();
                byte[] answer = RequestUtils.serialize(told.data(), told.headerVersion(), answer(request), header.apiVersion()).array();
                out.writeInt(answer.length);
                out.write(answer);
            }
        }
    }

    private ApiMessage answer(AbstractRequest request) {
        if (request instanceof MetadataRequest) {
            var answer = new MetadataResponseData().setControllerId(NODE).setClusterId("older");
            answer.brokers().add(new MetadataResponseBroker().setNodeId(NODE).setHost("127.0.0.1").setPort(port()));
            topics.forEach(topic -> answer.topics().add(new MetadataResponseTopic().setName(topic).setPartitions(List.of(
                    new MetadataResponsePartition().setLeaderId(NODE).setReplicaNodes(List.of(NODE)).setIsrNodes(List.of(NODE))))));
            return answer;
        } else if (request instanceof DescribeGroupsRequest groups) {
            return new DescribeGroupsResponseData().setGroups(groups.data().groups().stream().map(group -> new DescribedGroup().setGroupId(group)
                    .setGroupState("Empty").setProtocolType("consumer")).toList());
        } else if (request instanceof DescribeConfigsRequest configs) {
            return new DescribeConfigsResponseData().setResults(configs.data().resources().stream().map(one -> new DescribeConfigsResult()
                    .setResourceType(one.resourceType()).setResourceName(one.resourceName())).toList());
        } else if (request.apiKey() == ApiKeys.FIND_COORDINATOR) {
            return new FindCoordinatorResponseData().setNodeId(NODE).setHost("127.0.0.1").setPort(port());
        }
        var spoken = new ApiVersionCollection();
        SPOKEN.forEach((api, newest) -> spoken.add(new ApiVersion().setApiKey(api.id).setMaxVersion(newest.shortValue())));
        return new ApiVersionsResponseData().setApiKeys(spoken);
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
