package conformance;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.LitePushConsumer;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.Message;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.ProducerBuilder;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.protocol.subscription.CustomizedRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicyType;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/** What a scenario of gRPC clients needs beside its {@link Fixture}, which shuts them down. */
final class GrpcFixture {
    static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();
    /** Of each proxy. */
    static final String[] ENDPOINTS = System.getProperty("conformance.grpc.endpoints", "").split(",");
    private static final Duration HIDDEN = Duration.ofSeconds(30);

    private final Fixture fixture;
    private final String endpoints;
    private boolean tls;

    GrpcFixture(Fixture fixture) {
        this(fixture, 0);
    }

    GrpcFixture(Fixture fixture, int proxy) {
        this.fixture = fixture;
        this.endpoints = ENDPOINTS[proxy];
    }

    /** Its clients speak TLS, or do not, as they are by themselves. */
    GrpcFixture tls(boolean on) {
        tls = on;
        return this;
    }

    /** A new topic for messages of this type, with four queues. */
    String topic(String type) throws Exception {
        TopicConfig config = new TopicConfig(Fixture.unique("Topic"), 4, 4);
        config.setAttributes(Map.of("+message.type", type));
        fixture.admin.createAndUpdateTopicConfig(fixture.brokerAddress(), config);
        fixture.awaitRoute(config.getTopicName());
        return config.getTopicName();
    }

    /** A new group whose members are handed a message twice at most, the second time after a second. */
    String group(boolean orderly) throws Exception {
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(fixture.group());
        config.setConsumeMessageOrderly(orderly);
        config.setRetryMaxTimes(1);
        GroupRetryPolicy policy = new GroupRetryPolicy();
        policy.setType(GroupRetryPolicyType.CUSTOMIZED);
        policy.setCustomizedRetryPolicy(new CustomizedRetryPolicy(new long[] {1_000, 1_000}));
        config.setGroupRetryPolicy(policy);
        fixture.admin.createAndUpdateSubscriptionGroupConfig(fixture.brokerAddress(), config);
        return config.getGroupName();
    }

    /** A new group that consumes lite topics of this one, with more attributes than that. */
    String liteGroup(String topic, Map<String, String> attributes) throws Exception {
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(fixture.group());
        config.setRetryMaxTimes(1);
        GroupRetryPolicy policy = new GroupRetryPolicy();
        policy.setType(GroupRetryPolicyType.CUSTOMIZED);
        policy.setCustomizedRetryPolicy(new CustomizedRetryPolicy(new long[] {1_000, 1_000}));
        config.setGroupRetryPolicy(policy);
        Map<String, String> all = new HashMap<>(attributes);
        all.put("+lite.bind.topic", topic);
        config.setAttributes(all);
        fixture.admin.createAndUpdateSubscriptionGroupConfig(fixture.brokerAddress(), config);
        return config.getGroupName();
    }

    LitePushConsumer litePushConsumer(String group, String topic, MessageListener listener) throws ClientException {
        return started(PROVIDER.newLitePushConsumerBuilder()
            .setClientConfiguration(configuration())
            .bindTopic(topic)
            .setConsumerGroup(group)
            .setConsumptionThreadCount(4)
            .setMessageListener(listener)
            .build());
    }

    private ClientConfiguration configuration() {
        return ClientConfiguration.newBuilder()
            .setEndpoints(endpoints)
            .enableSsl(tls)
            .setRequestTimeout(Duration.ofSeconds(10))
            .build();
    }

    /** That has declared these topics. */
    Producer producer(String... topics) throws ClientException {
        return started(producerBuilder(topics).build());
    }

    ProducerBuilder producerBuilder(String... topics) {
        return PROVIDER.newProducerBuilder().setClientConfiguration(configuration()).setTopics(topics);
    }

    /** Has asked once: a group that is new begins at the newest message. */
    SimpleConsumer simpleConsumer(String group, String topic) throws ClientException {
        SimpleConsumer first = started(newSimpleConsumer(group, topic, Duration.ofMillis(200)));
        Check.equal(List.of(), first.receive(1, HIDDEN), "what a new group gets");
        return started(newSimpleConsumer(group, topic, Duration.ofSeconds(5)));
    }

    private SimpleConsumer newSimpleConsumer(String group, String topic, Duration await) throws ClientException {
        return PROVIDER.newSimpleConsumerBuilder()
            .setClientConfiguration(configuration())
            .setConsumerGroup(group)
            .setAwaitDuration(await)
            .setSubscriptionExpressions(Map.of(topic, FilterExpression.SUB_ALL))
            .build();
    }

    void pushConsumer(String group, String topic, MessageListener listener) throws ClientException {
        simpleConsumer(group, topic);
        started(PROVIDER.newPushConsumerBuilder()
            .setClientConfiguration(configuration())
            .setConsumerGroup(group)
            .setConsumptionThreadCount(4)
            .setSubscriptionExpressions(Map.of(topic, FilterExpression.SUB_ALL))
            .setMessageListener(listener)
            .build());
    }

    <T extends Closeable> T started(T client) {
        fixture.onClose(() -> {
            try {
                client.close();
            } catch (IOException failure) {
                throw new AssertionError("close", failure);
            }
        });
        return client;
    }

    static MessageBuilder message(String topic, String body) {
        return PROVIDER.newMessageBuilder().setTopic(topic).setBody(body.getBytes(StandardCharsets.UTF_8));
    }

    static Message lite(String topic, String liteTopic, String body) {
        return message(topic, body).setLiteTopic(liteTopic).build();
    }

    static Message plain(String topic, String body) {
        return message(topic, body).build();
    }

    static String bodyOf(MessageView message) {
        return StandardCharsets.UTF_8.decode(message.getBody()).toString();
    }

    /** Receives until there are so many, and acknowledges each. */
    static List<MessageView> receive(SimpleConsumer consumer, int count) throws Exception {
        List<MessageView> received = new ArrayList<>();
        Check.eventuallyTrue(count + " messages", () -> {
            for (MessageView message : consumer.receive(32, HIDDEN)) {
                received.add(message);
                consumer.ack(message);
            }
            return received.size() >= count;
        });
        return received;
    }

    static List<String> receiveBodies(SimpleConsumer consumer, int count) throws Exception {
        return receive(consumer, count).stream().map(GrpcFixture::bodyOf).toList();
    }
}
