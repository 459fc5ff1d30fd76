package conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.mqclient.DoNothingClientRemotingProcessor;
import org.apache.rocketmq.client.impl.mqclient.MQClientAPIExt;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** Topics, groups and clients of one scenario; the clients are shut down when it ends, the last one first. */
final class Fixture implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    /** So that two runs against one broker do not meet. */
    private static final String RUN = Long.toString(System.currentTimeMillis() % 100_000_000, 36);

    final Driver driver;
    final DefaultMQAdminExt admin;
    final String nameServer;
    /** Where clients, other than admin tools, look for routes: the NameServer, or a proxy that says it is one. */
    private final String routes;
    private final Deque<Runnable> closers = new ArrayDeque<>();

    Fixture(String nameServer, DefaultMQAdminExt admin, Driver driver) {
        this.nameServer = nameServer;
        this.routes = System.getProperty("conformance.routes", nameServer);
        this.admin = admin;
        this.driver = driver;
    }

    /** What to set on a client before it starts. */
    interface Settings<T> {
        void apply(T client) throws MQClientException;
    }

    static String unique(String prefix) {
        return prefix + "_" + RUN + "_" + COUNTER.incrementAndGet();
    }

    String group() {
        return unique("Group");
    }

    /** A new topic that the NameServer knows. */
    String topic(int queueCount) throws Exception {
        String topic = unique("Topic");
        admin.createAndUpdateTopicConfig(brokerAddress(), new TopicConfig(topic, queueCount, queueCount));
        awaitRoute(topic);
        return topic;
    }

    void awaitRoute(String topic) throws InterruptedException {
        Check.eventuallyTrue("route of " + topic, () -> {
            TopicRouteData route = admin.examineTopicRouteInfo(topic);
            return !route.getQueueDatas().isEmpty() && !route.getBrokerDatas().isEmpty();
        });
    }

    void awaitBroker() throws InterruptedException {
        Check.eventuallyTrue("a broker in the cluster", () -> !brokerAddress().isEmpty());
    }

    String brokerAddress() throws Exception {
        return admin.examineBrokerClusterInfo().getBrokerAddrTable().values().iterator().next().selectBrokerAddr();
    }

    String brokerName() throws Exception {
        return admin.examineBrokerClusterInfo().getBrokerAddrTable().keySet().iterator().next();
    }

    void configureBroker(String key, String value) throws Exception {
        Properties properties = new Properties();
        properties.setProperty(key, value);
        admin.updateBrokerConfig(brokerAddress(), properties);
    }

    /** Each client has connections of its own, and looks for changes more often than it would in production. */
    private <T extends ClientConfig> T connected(T client) {
        client.setNamesrvAddr(routes);
        client.setInstanceName(unique("instance"));
        client.setPollNameServerInterval(1_000);
        client.setHeartbeatBrokerInterval(2_000);
        client.setPersistConsumerOffsetInterval(1_000);
        return client;
    }

    DefaultMQProducer producer() throws MQClientException {
        return producer(producer -> { });
    }

    DefaultMQProducer producer(Settings<DefaultMQProducer> settings) throws MQClientException {
        DefaultMQProducer producer = connected(new DefaultMQProducer(unique("Producer")));
        producer.setSendMsgTimeout(15_000);
        settings.apply(producer);
        producer.start();
        closers.push(producer::shutdown);
        return producer;
    }

    TransactionMQProducer transactionProducer(TransactionListener listener) throws MQClientException {
        return transactionProducer(unique("Producer"), listener);
    }

    TransactionMQProducer transactionProducer(String group, TransactionListener listener) throws MQClientException {
        TransactionMQProducer producer = connected(new TransactionMQProducer(group));
        producer.setSendMsgTimeout(15_000);
        producer.setTransactionListener(listener);
        producer.start();
        closers.push(producer::shutdown);
        return producer;
    }

    DefaultMQPushConsumer pushConsumer(String group, String topic, String tags, MessageListenerConcurrently listener)
        throws MQClientException {
        return pushConsumer(group, consumer -> {
            consumer.subscribe(topic, tags);
            consumer.setMessageListener(listener);
        });
    }

    /** What a group of its own gets of these tags, from the first message on. */
    Inbox consume(String topic, String tags) throws MQClientException {
        Inbox inbox = new Inbox();
        pushConsumer(group(), topic, tags, inbox);
        return inbox;
    }

    DefaultMQPushConsumer orderlyConsumer(String group, String topic, MessageListenerOrderly listener)
        throws MQClientException {
        return pushConsumer(group, consumer -> {
            consumer.subscribe(topic, "*");
            consumer.setMessageListener(listener);
        });
    }

    DefaultMQPushConsumer pushConsumer(String group, Settings<DefaultMQPushConsumer> settings) throws MQClientException {
        DefaultMQPushConsumer consumer = connected(new DefaultMQPushConsumer(group));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        // A listener that has its last message has not noted it yet: shut down just then, the next consumer gets it too.
        consumer.setAwaitTerminationMillisWhenShutdown(10_000);
        settings.apply(consumer);
        consumer.start();
        closers.push(consumer::shutdown);
        return consumer;
    }

    /** Not started: what it subscribes to or is assigned comes first. */
    DefaultLitePullConsumer litePullConsumer(String group) {
        DefaultLitePullConsumer consumer = connected(new DefaultLitePullConsumer(group));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        closers.push(consumer::shutdown);
        return consumer;
    }

    @SuppressWarnings("deprecation")
    DefaultMQPullConsumer pullConsumer(String group) throws MQClientException {
        DefaultMQPullConsumer consumer = connected(new DefaultMQPullConsumer(group));
        consumer.start();
        closers.push(consumer::shutdown);
        return consumer;
    }

    Popper popper(String topic) throws Exception {
        return popper(topic, false);
    }

    Popper orderedPopper(String topic) throws Exception {
        return popper(topic, true);
    }

    /** Of a group of its own. */
    private Popper popper(String topic, boolean order) throws Exception {
        MQClientAPIExt client = new MQClientAPIExt(
            connected(new ClientConfig()), new NettyClientConfig(), new DoNothingClientRemotingProcessor(null), null);
        client.start();
        closers.push(client::shutdown);
        String group = group();
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(group);
        config.setConsumeMessageOrderly(order);
        admin.createAndUpdateSubscriptionGroupConfig(brokerAddress(), config);
        return new Popper(client, brokerAddress(), brokerName(), topic, group, order);
    }

    /** All that is in the topic now: queue after queue, each in its order. */
    List<MessageExt> readAll(String topic) throws Exception {
        awaitRoute(topic);
        DefaultMQPullConsumer consumer = pullConsumer(group());
        List<MessageExt> messages = new ArrayList<>();
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(topic).stream().sorted().toList()) {
            long offset = consumer.minOffset(queue);
            while (offset < consumer.maxOffset(queue)) {
                PullResult result = consumer.pull(queue, "*", offset, 32);
                Check.equal(PullStatus.FOUND, result.getPullStatus(), "pull of " + queue + " at " + offset);
                messages.addAll(result.getMsgFoundList());
                offset = result.getNextBeginOffset();
            }
        }
        return messages;
    }

    static Message message(String topic, String body) {
        return new Message(topic, body.getBytes(StandardCharsets.UTF_8));
    }

    static Message message(String topic, String tag, String body) {
        return new Message(topic, tag, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends `prefix-0`, `prefix-1`… and returns the bodies. */
    static List<String> sendNumbered(DefaultMQProducer producer, String topic, String prefix, int count)
        throws Exception {
        List<String> bodies = IntStream.range(0, count).mapToObj(number -> prefix + "-" + number).toList();
        for (String body : bodies) {
            producer.send(message(topic, body));
        }
        return bodies;
    }

    static MessageQueue queueOf(SendResult sent) {
        return sent.getMessageQueue();
    }

    void onClose(Runnable closer) {
        closers.push(closer);
    }

    @Override
    public void close() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}
