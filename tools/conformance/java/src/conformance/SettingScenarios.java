package conformance;

import static conformance.Fixture.message;

import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

/** What changes when an administrator changes a setting of the running broker. */
final class SettingScenarios {
    private SettingScenarios() {
    }

    @Scenario(value = "a broker without permission to read refuses pulls until it has it again", alone = true)
    static void brokerPermission(Fixture f) throws Exception {
        String topic = f.topic(1);
        f.producer().send(message(topic, "body"));
        MessageQueue queue = new MessageQueue(topic, f.brokerName(), 0);
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        consumer.fetchSubscribeMessageQueues(topic);
        f.configureBroker("brokerPermission", "2");
        try {
            MQBrokerException refusal = Check.fails(MQBrokerException.class, () -> consumer.pull(queue, "*", 0, 1));
            Check.equal(ResponseCode.NO_PERMISSION, refusal.getResponseCode(), "response code");
        } finally {
            f.configureBroker("brokerPermission", "6");
        }
        Check.equal(List.of("body"), Inbox.bodies(consumer.pull(queue, "*", 0, 1).getMsgFoundList()), "messages");
    }

    @Scenario(value = "a smaller maxMessageSize holds from the next send on", alone = true)
    static void maxMessageSize(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer(settings -> settings.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE));
        String topic = f.topic(1);
        producer.send(message(topic, "x".repeat(2_000)));
        f.configureBroker("maxMessageSize", "1000");
        try {
            MQBrokerException refusal = Check.fails(MQBrokerException.class,
                () -> producer.send(message(topic, "x".repeat(2_000))));
            Check.equal(ResponseCode.MESSAGE_ILLEGAL, refusal.getResponseCode(), "response code");
        } finally {
            f.configureBroker("maxMessageSize", String.valueOf(4 * 1024 * 1024));
        }
        producer.send(message(topic, "x".repeat(2_000)));
    }
}
