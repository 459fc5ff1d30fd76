package conformance;

import static conformance.Fixture.message;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.impl.CommunicationMode;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.PullSysFlag;
import org.apache.rocketmq.remoting.protocol.RequestSource;
import org.apache.rocketmq.remoting.protocol.header.PullMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

final class PushScenarios {
    private PushScenarios() {
    }

    @Scenario("a push consumer gets every message once, those sent before it and those sent after")
    static void concurrent(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        List<String> before = Fixture.sendNumbered(producer, topic, "before", 100);
        Inbox inbox = f.consume(topic, "*");
        inbox.awaitExactly(before);
        List<String> after = Fixture.sendNumbered(producer, topic, "after", 100);
        inbox.await(200);
        Check.equal(Set.copyOf(after), Set.copyOf(Inbox.bodies(inbox.all().subList(100, 200))), "sent after");
        Check.equal(200, inbox.all().size(), "messages consumed");
    }

    @Scenario("two groups each get every message")
    static void twoGroups(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        Inbox one = f.consume(topic, "*");
        Inbox other = f.consume(topic, "*");
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 50);
        one.awaitExactly(bodies);
        other.awaitExactly(bodies);
    }

    @Scenario("every consumer of a broadcasting group gets every message")
    static void broadcast(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        String group = f.group();
        Inbox one = new Inbox();
        Inbox other = new Inbox();
        for (Inbox inbox : List.of(one, other)) {
            f.pushConsumer(group, consumer -> {
                consumer.subscribe(topic, "*");
                consumer.setMessageModel(MessageModel.BROADCASTING);
                consumer.setMessageListener(inbox);
            });
        }
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 50);
        one.awaitExactly(bodies);
        other.awaitExactly(bodies);
    }

    @Scenario("how far a broadcasting group has come is known, and a client that goes over to a proxy goes on there")
    static void broadcastOffsets(Fixture f) throws Exception {
        String topic = f.topic(1);
        String group = f.group();
        Fixture.sendNumbered(f.producer(), topic, "body", 10);
        Inbox inbox = new Inbox();
        DefaultMQPushConsumer consumer = f.pushConsumer(group, settings -> {
            settings.subscribe(topic, "*");
            settings.setMessageModel(MessageModel.BROADCASTING);
            settings.setMessageListener(inbox);
        });
        inbox.await(10);
        MQClientAPIImpl api = f.admin.getDefaultMQAdminExtImpl().getMqClientInstance().getMQClientAPIImpl();
        QueryConsumerOffsetRequestHeader question = new QueryConsumerOffsetRequestHeader();
        question.setConsumerGroup(group + "@broadcast");
        question.setTopic(topic);
        question.setQueueId(0);
        Check.eventuallyTrue("offset of the whole group", () ->
            api.queryConsumerOffset(f.brokerAddress(), question, 5_000) == 10);
        consumer.shutdown();
        PullResult goesOver = pullForProxy(f, topic, group, consumer.buildMQClientId(), 0);
        Check.equal(PullStatus.OFFSET_ILLEGAL, goesOver.getPullStatus(), "status of who was here before");
        Check.equal(10L, goesOver.getNextBeginOffset(), "where it goes on");
        PullResult goesOn = pullForProxy(f, topic, group, consumer.buildMQClientId(), 0);
        Check.equal(PullStatus.FOUND, goesOn.getPullStatus(), "status when it has been told");
        PullResult begins = pullForProxy(f, topic, group, "a new client", -1);
        Check.equal(PullStatus.OFFSET_ILLEGAL, begins.getPullStatus(), "status of who knows nothing");
        Check.equal(10L, begins.getNextBeginOffset(), "where it begins");
    }

    /** As a proxy pulls for a broadcasting client of its own. */
    private static PullResult pullForProxy(Fixture f, String topic, String group, String clientId, long offset)
        throws Exception {
        PullMessageRequestHeader header = new PullMessageRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(0);
        header.setQueueOffset(offset);
        header.setMaxMsgNums(32);
        header.setSysFlag(PullSysFlag.buildSysFlag(false, false, true, false));
        header.setCommitOffset(0L);
        header.setSuspendTimeoutMillis(0L);
        header.setSubscription("*");
        header.setSubVersion(0L);
        header.setExpressionType("TAG");
        header.setRequestSource(RequestSource.PROXY_FOR_BROADCAST.getValue());
        header.setProxyFrowardClientId(clientId);
        return f.admin.getDefaultMQAdminExtImpl().getMqClientInstance().getMQClientAPIImpl()
            .pullMessage(f.brokerAddress(), header, 5_000, CommunicationMode.SYNC, null);
    }

    @Scenario("a waiting consumer is woken by each message as it comes")
    static void longPolling(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        for (int number = 0; number < 30; number++) {
            producer.send(message(topic, "body-" + number));
            Check.equal("body-" + number, Inbox.body(inbox.await(number + 1).get(number)), "newest message");
        }
    }

    @Scenario("a subscription to tags gets these tags and no others")
    static void tags(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "TagA || TagC");
        for (String tag : List.of("TagB", "TagA", "TagD", "TagC", "TagB", "TagA")) {
            producer.send(message(topic, tag, tag));
        }
        producer.send(message(topic, "untagged"));
        producer.send(message(topic, "TagC", "last"));
        inbox.awaitExactly(List.of("TagA", "TagC", "TagA", "last"));
    }

    @Scenario("a message selector by tag works as a subscription to that tag")
    static void selectorByTag(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = new Inbox();
        f.pushConsumer(f.group(), consumer -> {
            consumer.subscribe(topic, MessageSelector.byTag("TagA"));
            consumer.setMessageListener(inbox);
        });
        producer.send(message(topic, "TagB", "skipped"));
        producer.send(message(topic, "TagA", "taken"));
        inbox.awaitExactly(List.of("taken"));
    }

    @Scenario("tags whose hashes collide are told apart")
    static void collidingTags(Fixture f) throws Exception {
        Check.equal("AaAa".hashCode(), "BBBB".hashCode(), "hashes");
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "AaAa");
        for (String tag : List.of("BBBB", "AaAa", "BBBB", "AaAa")) {
            producer.send(message(topic, tag, tag));
        }
        inbox.awaitExactly(List.of("AaAa", "AaAa"));
    }

    @Scenario("a new group begins at the first message of a young topic, wherever it asked to begin")
    static void youngTopic(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 10);
        for (ConsumeFromWhere where : List.of(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET,
            ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET, ConsumeFromWhere.CONSUME_FROM_TIMESTAMP)) {
            Inbox inbox = new Inbox();
            f.pushConsumer(f.group(), consumer -> {
                consumer.subscribe(topic, "*");
                consumer.setConsumeFromWhere(where);
                consumer.setMessageListener(inbox);
            });
            inbox.awaitExactly(bodies);
        }
    }

    @Scenario("a group goes on where its last consumer stopped")
    static void resumes(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        String group = f.group();
        List<String> bodies = Fixture.sendNumbered(producer, topic, "first", 20);
        Inbox first = new Inbox();
        DefaultMQPushConsumer consumer = f.pushConsumer(group, topic, "*", first);
        first.awaitExactly(bodies);
        consumer.shutdown(); // commits its offsets
        List<String> more = Fixture.sendNumbered(producer, topic, "second", 20);
        Inbox second = new Inbox();
        f.pushConsumer(group, topic, "*", second);
        second.awaitExactly(more);
    }

    @Scenario("resetting a group's offsets makes its running consumer read again")
    static void resetWhileRunning(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String group = f.group();
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 10);
        Inbox inbox = new Inbox();
        f.pushConsumer(group, topic, "*", inbox);
        inbox.awaitExactly(bodies);
        f.admin.resetOffsetByTimestamp(topic, group, 0, true);
        Check.equal(Set.copyOf(bodies), Set.copyOf(Inbox.bodies(inbox.await(20).subList(10, 20))), "read again");
    }

    @Scenario("the administrator sees a consumer's connection, subscription and running state")
    static void runningInfo(Fixture f) throws Exception {
        String topic = f.topic(2);
        String group = f.group();
        DefaultMQPushConsumer consumer = f.pushConsumer(group, topic, "TagA", new Inbox());
        Check.eventuallyTrue("subscription", () ->
            f.admin.examineConsumerConnectionInfo(group).getSubscriptionTable().get(topic).getSubString().equals("TagA"));
        String clientId = consumer.buildMQClientId();
        Check.eventuallyTrue("both queues in the running info", () ->
            f.admin.getConsumerRunningInfo(group, clientId, false).getMqTable().keySet().stream()
                .filter(queue -> queue.getTopic().equals(topic)).count() == 2);
    }

    @Scenario("many small pulls take over exactly where the one before ended")
    static void smallPulls(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 100);
        Inbox inbox = new Inbox();
        Set<MessageQueue> queues = ConcurrentHashMap.newKeySet();
        f.pushConsumer(f.group(), consumer -> {
            consumer.subscribe(topic, "*");
            consumer.setPullBatchSize(3);
            consumer.setConsumeMessageBatchMaxSize(2);
            consumer.setConsumeThreadMin(1);
            consumer.setConsumeThreadMax(1);
            consumer.setMessageListener((MessageListenerConcurrently) (messages, context) -> {
                queues.add(context.getMessageQueue());
                return inbox.consumeMessage(messages, context);
            });
        });
        inbox.awaitInOrder(bodies);
        Check.equal(Set.of(new MessageQueue(topic, f.brokerName(), 0)), queues, "queues");
    }
}
