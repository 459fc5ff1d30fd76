package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** Two NameServers, two brokers and two proxies, and clients that know them all. */
final class ContainersScenarios {
    private static final int MESSAGES_EACH = 100;
    private static final int QUEUES = 4;

    private ContainersScenarios() {
    }

    @Scenario("nothing is lost when a NameServer and a proxy are killed: remoting and gRPC of Java, and who comes after it")
    static void killed(Fixture fixture) throws Exception {
        String topic = topicOfAllBrokers(fixture);
        GrpcFixture grpc = new GrpcFixture(fixture);
        Inbox inbox = fixture.consume(topic, "*");
        Queue<String> handled = new ConcurrentLinkedQueue<>();
        grpc.pushConsumer(groupFromFirst(fixture, topic), topic, message -> {
            handled.add(GrpcFixture.bodyOf(message));
            return ConsumeResult.SUCCESS;
        });
        DefaultMQProducer remotingProducer = fixture.producer();
        Producer grpcProducer = grpc.producer(topic);
        List<String> sent = new ArrayList<>();
        for (String when : List.of("before", "after")) {
            if (when.equals("after")) {
                fixture.driver.killNameServerAndProxy();
            }
            for (int number = 0; number < MESSAGES_EACH; number++) {
                String[] bodies = {"remoting " + when + " " + number, "gRPC " + when + " " + number};
                RestartScenarios.retrying(() -> remotingProducer.send(message(topic, bodies[0])));
                RestartScenarios.retrying(() -> grpcProducer.send(GrpcFixture.plain(topic, bodies[1])));
                sent.addAll(List.of(bodies));
            }
        }
        // A client that starts asks one NameServer for the route, whichever, and gives up when that one is dead.
        Inbox late = RestartScenarios.retrying(() -> fixture.consume(topic, "*"));
        for (Inbox each : List.of(inbox, late)) {
            Check.eventually("every message, by remoting", () -> Inbox.bodies(each.all()).containsAll(sent));
        }
        Check.eventually("every message, by gRPC", () -> handled.containsAll(sent));
    }

    private static String topicOfAllBrokers(Fixture fixture) throws Exception {
        TopicConfig config = new TopicConfig(Fixture.unique("Topic"), QUEUES, QUEUES);
        config.setAttributes(Map.of("+message.type", "NORMAL"));
        ClusterInfo cluster = fixture.admin.examineBrokerClusterInfo();
        for (BrokerData broker : cluster.getBrokerAddrTable().values()) {
            fixture.admin.createAndUpdateTopicConfig(broker.selectBrokerAddr(), config);
        }
        Check.eventuallyTrue("a route with both brokers", () ->
            fixture.admin.examineTopicRouteInfo(config.getTopicName()).getBrokerDatas().size()
                == cluster.getBrokerAddrTable().size());
        return config.getTopicName();
    }

    /** A new gRPC group would begin at the newest messages of the queues that it is the first to ask. */
    private static String groupFromFirst(Fixture fixture, String topic) throws Exception {
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(fixture.group());
        for (BrokerData broker : fixture.admin.examineBrokerClusterInfo().getBrokerAddrTable().values()) {
            String address = broker.selectBrokerAddr();
            fixture.admin.createAndUpdateSubscriptionGroupConfig(address, config);
            for (int queue = 0; queue < QUEUES; queue++) {
                MessageQueue first = new MessageQueue(topic, broker.getBrokerName(), queue);
                fixture.admin.updateConsumeOffset(address, config.getGroupName(), first, 0);
            }
        }
        return config.getGroupName();
    }
}
