package conformance;

import static conformance.Fixture.message;

import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.constant.PermName;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

final class RefusalScenarios {
    private RefusalScenarios() {
    }

    @Scenario("a topic is not made when the topic that it should be made after does not exist")
    static void noDefaultTopic(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer(settings -> settings.setCreateTopicKey(Fixture.unique("NoDefault")));
        MQClientException failure = Check.fails(MQClientException.class,
            () -> producer.send(message(Fixture.unique("Nowhere"), "body")));
        Check.equal(ResponseCode.TOPIC_NOT_EXIST, failure.getResponseCode(), "response code");
    }

    @Scenario("the broker refuses a send to a topic that does not exist")
    static void unknownTopic(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer(settings -> settings.setCreateTopicKey(Fixture.unique("NoDefault")));
        producer.send(message(f.topic(1), "makes the broker's address known"));
        String topic = Fixture.unique("Nowhere");
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> producer.send(message(topic, "body"), new MessageQueue(topic, f.brokerName(), 0)));
        Check.equal(ResponseCode.TOPIC_NOT_EXIST, refusal.getResponseCode(), "response code");
        Check.that(refusal.getErrorMessage().startsWith("topic[" + topic + "] not exist"), "message: " + refusal);
    }

    @Scenario("the broker refuses a send to a queue that the topic does not have")
    static void unknownQueue(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        producer.send(message(topic, "makes the broker's address known"));
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> producer.send(message(topic, "body"), new MessageQueue(topic, f.brokerName(), 2)));
        Check.equal(ResponseCode.INVALID_PARAMETER, refusal.getResponseCode(), "response code");
    }

    @Scenario("a topic without permission to write has no queue for a producer")
    static void unwritableTopic(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = topicWithPermission(f, PermName.PERM_READ);
        Check.fails(MQClientException.class, () -> producer.send(message(topic, "body")));
    }

    @Scenario("a pull from a topic without permission to read is refused")
    static void unreadableTopic(Fixture f) throws Exception {
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        consumer.fetchSubscribeMessageQueues(f.topic(1)); // makes the broker's address known
        String topic = topicWithPermission(f, PermName.PERM_WRITE);
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> consumer.pull(new MessageQueue(topic, f.brokerName(), 0), "*", 0, 1));
        Check.equal(ResponseCode.NO_PERMISSION, refusal.getResponseCode(), "response code");
    }

    @Scenario("a pull for a group that may not consume is refused")
    static void disabledGroup(Fixture f) throws Exception {
        String topic = f.topic(1);
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(f.group());
        config.setConsumeEnable(false);
        f.admin.createAndUpdateSubscriptionGroupConfig(f.brokerAddress(), config);
        DefaultMQPullConsumer consumer = f.pullConsumer(config.getGroupName());
        Set<MessageQueue> queues = consumer.fetchSubscribeMessageQueues(topic);
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> consumer.pull(queues.iterator().next(), "*", 0, 1));
        Check.equal(ResponseCode.NO_PERMISSION, refusal.getResponseCode(), "response code");
    }

    @Scenario("a pull from a topic that does not exist is refused")
    static void pullUnknownTopic(Fixture f) throws Exception {
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        consumer.pull(new MessageQueue(f.topic(1), f.brokerName(), 0), "*", 0, 1); // makes the broker's address known
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> consumer.pull(new MessageQueue(Fixture.unique("Nowhere"), f.brokerName(), 0), "*", 0, 1));
        Check.equal(ResponseCode.TOPIC_NOT_EXIST, refusal.getResponseCode(), "response code");
    }

    @Scenario("a consumer that filters by SQL92 does not start where the broker does not filter so")
    static void sqlIsOff(Fixture f) throws Exception {
        String topic = f.topic(1);
        MQClientException refusal = Check.fails(MQClientException.class, () -> f.pushConsumer(f.group(), consumer -> {
            consumer.subscribe(topic, MessageSelector.bySql("a > 5"));
            consumer.setMessageListener(new Inbox());
        }));
        Check.that(refusal.getErrorMessage().contains(SqlScenarios.NOT_SUPPORTED), "message: " + refusal);
    }

    @Scenario("a pull by SQL92 is refused where the broker does not filter so")
    static void sqlPullIsOff(Fixture f) throws Exception {
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(f.topic(1)).iterator().next();
        SqlScenarios.awaitVersion(consumer, queue);
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> consumer.pull(queue, MessageSelector.bySql("a > 5"), 0, 1));
        Check.equal(ResponseCode.SYSTEM_ERROR, refusal.getResponseCode(), "response code");
        Check.equal(SqlScenarios.NOT_SUPPORTED, refusal.getErrorMessage(), "message");
    }

    @Scenario("the broker refuses to make a topic with a name or settings that are not allowed")
    static void illegalTopic(Fixture f) {
        for (TopicConfig config : new TopicConfig[] {
            new TopicConfig("bad.name", 1, 1), new TopicConfig("T".repeat(128), 1, 1), new TopicConfig("SELF_TEST_TOPIC", 1, 1),
        }) {
            MQClientException refusal = Check.fails(MQClientException.class, () -> {
                f.admin.createAndUpdateTopicConfig(f.brokerAddress(), config);
                return config;
            });
            Check.equal(ResponseCode.INVALID_PARAMETER, refusal.getResponseCode(), "code for " + config.getTopicName());
        }
    }

    @Scenario("properties that are too long for a record are refused, and the connection still serves")
    static void longProperties(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Message message = message(topic, "body");
        message.putUserProperty("long", "x".repeat(40_000));
        MQBrokerException refusal = Check.fails(MQBrokerException.class, () -> producer.send(message));
        Check.equal(ResponseCode.MESSAGE_ILLEGAL, refusal.getResponseCode(), "response code");
        producer.send(message(topic, "the connection still serves"));
    }

    private static String topicWithPermission(Fixture f, int permission) throws Exception {
        String topic = f.topic(1);
        f.admin.createAndUpdateTopicConfig(f.brokerAddress(), new TopicConfig(topic, 1, 1, permission));
        Check.eventuallyTrue("permission in the route", () ->
            f.admin.examineTopicRouteInfo(topic).getQueueDatas().get(0).getPerm() == permission);
        return topic;
    }
}
