package conformance;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

/** How far groups are, and operators who want them to be elsewhere. */
final class OffsetScenarios {
    private OffsetScenarios() {
    }

    private static void awaitCommitted(Fixture f, String group, String topic) throws InterruptedException {
        Check.eventuallyTrue("offsets committed", () ->
            f.admin.examineConsumeStats(group, topic).computeTotalDiff() == 0);
    }

    @Scenario(value = "where consumers reset their offsets themselves, running ones are told and read again", alone = true)
    static void pushedReset(Fixture f) throws Exception {
        f.configureBroker("useServerSideResetOffset", "false");
        try {
            DefaultMQProducer producer = f.producer();
            String topic = f.topic(2);
            String group = f.group();
            List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 10);
            Inbox inbox = new Inbox();
            f.pushConsumer(group, topic, "*", inbox);
            f.pushConsumer(group, topic, "*", inbox);
            inbox.awaitExactly(bodies);
            awaitCommitted(f, group, topic);
            Map<MessageQueue, Long> offsets = f.admin.resetOffsetByTimestamp(topic, group, 0, true);
            MessageQueue first = new MessageQueue(topic, f.brokerName(), 0);
            MessageQueue second = new MessageQueue(topic, f.brokerName(), 1);
            Check.equal(Map.of(first, 0L, second, 0L), offsets, "where they go on");
            Check.equal(Set.copyOf(bodies), Set.copyOf(Inbox.bodies(inbox.await(20).subList(10, 20))), "read again");
            awaitCommitted(f, group, topic);
            MQClientException refusal = Check.fails(MQClientException.class, () ->
                f.admin.resetOffsetByTimestamp(topic, f.group(), 0, true));
            Check.equal(ResponseCode.SYSTEM_ERROR, refusal.getResponseCode(), "of a group that never consumed");
        } finally {
            f.configureBroker("useServerSideResetOffset", "true");
        }
    }

    @Scenario(value = "where consumers reset their offsets themselves, a group that nobody consumes for is refused",
        alone = true)
    static void pushedToNobody(Fixture f) throws Exception {
        f.configureBroker("useServerSideResetOffset", "false");
        try {
            String topic = f.topic(1);
            String group = f.group();
            List<String> bodies = Fixture.sendNumbered(f.producer(), topic, "body", 3);
            Inbox inbox = new Inbox();
            DefaultMQPushConsumer consumer = f.pushConsumer(group, topic, "*", inbox);
            inbox.awaitExactly(bodies);
            consumer.shutdown();
            awaitCommitted(f, group, topic);
            MQClientException refusal = Check.fails(MQClientException.class, () ->
                f.admin.resetOffsetByTimestamp(topic, group, 0, true));
            Check.equal(ResponseCode.CONSUMER_NOT_ONLINE, refusal.getResponseCode(), "code");
        } finally {
            f.configureBroker("useServerSideResetOffset", "true");
        }
    }

    @Scenario("the administrator asks the members of a group how far they are, all or one")
    static void status(Fixture f) throws Exception {
        String topic = f.topic(2);
        String group = f.group();
        List<String> bodies = Fixture.sendNumbered(f.producer(), topic, "body", 6);
        Inbox inbox = new Inbox();
        String one = f.pushConsumer(group, topic, "*", inbox).buildMQClientId();
        String two = f.pushConsumer(group, topic, "*", inbox).buildMQClientId();
        inbox.await(bodies.size());
        Check.eventuallyTrue("one queue each, at its end", () -> {
            Map<String, Map<MessageQueue, Long>> all = f.admin.getConsumeStatus(topic, group, "");
            return all.keySet().equals(Set.of(one, two))
                && all.values().stream().allMatch(queues -> queues.size() == 1 && queues.containsValue(3L));
        });
        Check.equal(Set.of(two), f.admin.getConsumeStatus(topic, group, two).keySet(), "who was asked");
        Check.fails(MQClientException.class, () -> f.admin.getConsumeStatus(topic, f.group(), ""));
    }
}
