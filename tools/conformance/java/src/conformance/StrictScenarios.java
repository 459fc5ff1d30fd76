package conformance;

import static conformance.Fixture.message;

import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** For a broker that was started with autoCreateTopicEnable and autoCreateSubscriptionGroup off. */
final class StrictScenarios {
    private StrictScenarios() {
    }

    @Scenario("a send to a topic that nobody made finds no route")
    static void noRoute(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        MQClientException failure = Check.fails(MQClientException.class,
            () -> producer.send(message(Fixture.unique("Nowhere"), "body")));
        Check.that(failure.getErrorMessage().startsWith("No route info of this topic"), "message: " + failure);
        producer.send(message(f.topic(1), "a topic that somebody made"));
    }

    @Scenario("the broker itself refuses a send to a topic that nobody made")
    static void unknownTopic(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        producer.send(message(f.topic(1), "makes the broker's address known"));
        String topic = Fixture.unique("Nowhere");
        MQBrokerException refusal = Check.fails(MQBrokerException.class,
            () -> producer.send(message(topic, "body"), new MessageQueue(topic, f.brokerName(), 0)));
        Check.equal(ResponseCode.TOPIC_NOT_EXIST, refusal.getResponseCode(), "response code");
    }

    @Scenario("a pull for a group that nobody made is refused until somebody makes it")
    static void unknownGroup(Fixture f) throws Exception {
        String topic = f.topic(1);
        f.producer().send(message(topic, "body"));
        String group = f.group();
        DefaultMQPullConsumer consumer = f.pullConsumer(group);
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(topic).iterator().next();
        MQBrokerException refusal = Check.fails(MQBrokerException.class, () -> consumer.pull(queue, "*", 0, 1));
        Check.equal(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, refusal.getResponseCode(), "response code");
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(group);
        f.admin.createAndUpdateSubscriptionGroupConfig(f.brokerAddress(), config);
        Check.equal(1, consumer.pull(queue, "*", 0, 1).getMsgFoundList().size(), "messages");
    }
}
