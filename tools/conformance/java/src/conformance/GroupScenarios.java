package conformance;

import static conformance.Fixture.message;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.CMResult;
import org.apache.rocketmq.remoting.protocol.body.ConsumeMessageDirectlyResult;
import org.apache.rocketmq.remoting.protocol.body.ConsumerRunningInfo;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.subscription.ExponentialRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicyType;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** What holds for a whole group of consumers. */
final class GroupScenarios {
    private GroupScenarios() {
    }

    @Scenario("the administrator gets a consumer's stacks, and has it consume one message")
    static void stacks(Fixture f) throws Exception {
        String topic = f.topic(1);
        String group = f.group();
        Inbox inbox = new Inbox();
        DefaultMQPushConsumer consumer = f.pushConsumer(group, topic, "*", inbox);
        SendResult sent = f.producer().send(message(topic, "body"));
        inbox.awaitExactly(List.of("body"));
        String clientId = consumer.buildMQClientId();
        String stacks = f.admin.getConsumerRunningInfo(group, clientId, true).getJstack();
        Check.that(stacks.contains("PullMessageService"), "stacks of the consumer's threads");
        ConsumeMessageDirectlyResult result =
            f.admin.consumeMessageDirectly(group, clientId, topic, sent.getOffsetMsgId());
        Check.equal(CMResult.CR_SUCCESS, result.getConsumeResult(), "result");
        inbox.awaitExactly(List.of("body", "body"));
    }

    @Scenario("members that subscribe to different tags are told apart by what they say of themselves")
    static void differentSubscriptions(Fixture f) throws Exception {
        String topic = f.topic(2);
        String group = f.group();
        TreeMap<String, ConsumerRunningInfo> members = new TreeMap<>();
        for (String tag : List.of("TagA", "TagB")) {
            members.put(f.pushConsumer(group, topic, tag, new Inbox()).buildMQClientId(), null);
        }
        Check.eventuallyTrue("both members", () -> {
            for (String clientId : members.keySet()) {
                ConsumerRunningInfo info = f.admin.getConsumerRunningInfo(group, clientId, false);
                // mqadmin compares only what has run for two minutes.
                info.getProperties().setProperty(ConsumerRunningInfo.PROP_CONSUMER_START_TIMESTAMP, "0");
                members.put(clientId, info);
            }
            return true;
        });
        Check.that(!ConsumerRunningInfo.analyzeSubscription(members), "mqadmin sees that they differ");
        Check.equal(2, f.admin.examineConsumerConnectionInfo(group).getConnectionSet().size(), "members");
    }

    @Scenario("a group keeps the retry policy that it is given")
    static void retryPolicy(Fixture f) throws Exception {
        String group = f.group();
        GroupRetryPolicy policy = new GroupRetryPolicy();
        policy.setType(GroupRetryPolicyType.EXPONENTIAL);
        policy.setExponentialRetryPolicy(new ExponentialRetryPolicy(1_000, 60_000, 3));
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(group);
        config.setRetryMaxTimes(7);
        config.setGroupRetryPolicy(policy);
        f.admin.createAndUpdateSubscriptionGroupConfig(f.brokerAddress(), config);
        SubscriptionGroupConfig kept = f.admin.examineSubscriptionGroupConfig(f.brokerAddress(), group);
        Check.equal(policy.toString(), kept.getGroupRetryPolicy().toString(), "policy");
        Check.equal(3_000L, kept.getGroupRetryPolicy().getRetryPolicy().nextDelayDuration(1), "second delay");
        Check.equal(7, kept.getRetryMaxTimes(), "attempts");
    }

    @Scenario("a topic's message type is for proxies: the broker keeps it, takes messages of all types, and refuses MIXED")
    static void messageType(Fixture f) throws Exception {
        for (String type : List.of("NORMAL", "FIFO", "DELAY", "TRANSACTION")) {
            TopicConfig config = new TopicConfig(Fixture.unique("Typed"), 1, 1);
            config.setAttributes(Map.of("+message.type", type));
            f.admin.createAndUpdateTopicConfig(f.brokerAddress(), config);
            f.awaitRoute(config.getTopicName());
            Check.equal(Map.of("message.type", type),
                f.admin.examineTopicConfig(f.brokerAddress(), config.getTopicName()).getAttributes(), "attributes");
            DefaultMQProducer producer = f.producer();
            producer.send(message(config.getTopicName(), "normal"));
            Message delayed = message(config.getTopicName(), "delayed");
            delayed.setDelayTimeLevel(1);
            producer.send(delayed);
            producer.send(message(config.getTopicName(), "ordered"), new MessageQueue(config.getTopicName(),
                f.brokerName(), 0));
            f.consume(config.getTopicName(), "*").awaitExactly(List.of("normal", "delayed", "ordered"));
        }
        TopicConfig mixed = new TopicConfig(Fixture.unique("Mixed"), 1, 1);
        mixed.setAttributes(Map.of("+message.type", "MIXED"));
        Exception refusal = Check.fails(Exception.class, () -> {
            f.admin.createAndUpdateTopicConfig(f.brokerAddress(), mixed);
            return null;
        });
        int code = refusal instanceof MQBrokerException broker ? broker.getResponseCode()
            : ((MQClientException) refusal).getResponseCode();
        Check.equal(ResponseCode.INVALID_PARAMETER, code, "code");
    }

    @Scenario("a queue whose lock nobody renews is consumed by another client once the lock has run out")
    static void expiredLock(Fixture f) throws Exception {
        String topic = f.topic(2);
        String group = f.group();
        MessageQueue locked = new MessageQueue(topic, f.brokerName(), 0);
        LockBatchRequestBody request = new LockBatchRequestBody();
        request.setClientId("a client that has gone");
        request.setConsumerGroup(group);
        request.setMqSet(Set.of(locked));
        Set<MessageQueue> got = f.admin.getDefaultMQAdminExtImpl().getMqClientInstance().getMQClientAPIImpl()
            .lockBatchMQ(f.brokerAddress(), request, 5_000);
        Check.equal(Set.of(locked), got, "locked queues");
        DefaultMQProducer producer = f.producer();
        producer.send(message(topic, "locked"), locked);
        producer.send(message(topic, "free"), new MessageQueue(topic, f.brokerName(), 1));
        Inbox inbox = new Inbox();
        f.orderlyConsumer(group, topic, inbox.orderly());
        inbox.awaitInOrder(List.of("free"));
        for (int minute = 0; minute < 2 && inbox.all().size() < 2; minute++) {
            try {
                inbox.await(2);
            } catch (AssertionError notYet) {
                Check.equal(0, minute, "minutes in vain");
            }
        }
        inbox.awaitInOrder(List.of("free", "locked"));
    }
}
