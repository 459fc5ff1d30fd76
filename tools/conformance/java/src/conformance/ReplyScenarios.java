package conformance;

import static conformance.Fixture.message;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.exception.RequestTimeoutException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

final class ReplyScenarios {
    private static final long PATIENCE_MS = 30_000;

    private ReplyScenarios() {
    }

    /** Someone who answers each message with `re: ` and its body. */
    private static void answering(Fixture f, String topic) throws MQClientException {
        DefaultMQProducer replier = f.producer();
        f.pushConsumer(f.group(), topic, "*", (messages, context) -> {
            for (MessageExt each : messages) {
                try {
                    replier.send(replyTo(each, "re: " + Inbox.body(each)));
                } catch (Exception failure) {
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
    }

    private static Message replyTo(Message request, String body) throws MQClientException {
        return MessageUtil.createReplyMessage(request, body.getBytes(StandardCharsets.UTF_8));
    }

    @Scenario("a request is answered by its consumer, and the reply reaches the one who asked")
    static void request(Fixture f) throws Exception {
        String topic = f.topic(2);
        answering(f, topic);
        DefaultMQProducer one = f.producer();
        DefaultMQProducer other = f.producer();
        for (int number = 0; number < 5; number++) {
            Message reply = one.request(message(topic, "one-" + number), PATIENCE_MS);
            Check.equal("re: one-" + number, new String(reply.getBody(), StandardCharsets.UTF_8), "reply");
            Message another = other.request(message(topic, "other-" + number), PATIENCE_MS);
            Check.equal("re: other-" + number, new String(another.getBody(), StandardCharsets.UTF_8), "reply");
            Check.that(reply.getProperty(MessageConst.PROPERTY_PUSH_REPLY_TIME) != null, "time of the push");
            MessageExt received = (MessageExt) reply;
            Check.that(received.getBornHostString() != null && received.getStoreHost() != null, "hosts");
            Check.that(received.getStoreTimestamp() >= received.getBornTimestamp(), "times");
        }
    }

    @Scenario("many requests at once each get their own reply")
    static void callbacks(Fixture f) throws Exception {
        String topic = f.topic(4);
        answering(f, topic);
        DefaultMQProducer producer = f.producer();
        List<CompletableFuture<String>> replies = IntStream.range(0, 50).mapToObj(number -> {
            CompletableFuture<String> reply = new CompletableFuture<>();
            try {
                producer.request(message(topic, "body-" + number), new RequestCallback() {
                    @Override
                    public void onSuccess(Message message) {
                        reply.complete(new String(message.getBody(), StandardCharsets.UTF_8));
                    }

                    @Override
                    public void onException(Throwable failure) {
                        reply.completeExceptionally(failure);
                    }
                }, PATIENCE_MS);
            } catch (Exception failure) {
                reply.completeExceptionally(failure);
            }
            return reply;
        }).toList();
        for (int number = 0; number < replies.size(); number++) {
            Check.equal("re: body-" + number, replies.get(number).get(PATIENCE_MS, TimeUnit.MILLISECONDS), "reply");
        }
    }

    @Scenario("a long reply, which its client compresses, arrives as it was")
    static void compressed(Fixture f) throws Exception {
        String topic = f.topic(1);
        answering(f, topic);
        String body = "long ".repeat(20_000);
        Message reply = f.producer().request(message(topic, body), PATIENCE_MS);
        Check.equal("re: " + body, new String(reply.getBody(), StandardCharsets.UTF_8), "reply");
    }

    @Scenario("a request that nobody answers times out")
    static void unanswered(Fixture f) throws Exception {
        String topic = f.topic(1);
        DefaultMQProducer producer = f.producer();
        Check.fails(RequestTimeoutException.class, () -> producer.request(message(topic, "anybody?"), 1_500));
    }

    @Scenario("a reply to a client that is gone is refused, and still kept in the reply topic")
    static void gone(Fixture f) throws Exception {
        String cluster = f.admin.examineBrokerClusterInfo().getClusterAddrTable().keySet().iterator().next();
        Message request = message("unused", "unused");
        MessageAccessor.putProperty(request, MessageConst.PROPERTY_CLUSTER, cluster);
        MessageAccessor.putProperty(request, MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT, "nobody@1");
        MessageAccessor.putProperty(request, MessageConst.PROPERTY_CORRELATION_ID, "correlation");
        MessageAccessor.putProperty(request, MessageConst.PROPERTY_MESSAGE_TTL, "1000");
        String body = Fixture.unique("too late");
        MessageQueue queue = new MessageQueue(cluster + "_REPLY_TOPIC", f.brokerName(), 0);
        DefaultMQProducer producer = f.producer();
        MQBrokerException refusal =
            Check.fails(MQBrokerException.class, () -> producer.send(replyTo(request, body), queue));
        Check.equal(ResponseCode.SYSTEM_ERROR, refusal.getResponseCode(), "code");
        Check.equal("push reply message fail, channel of <nobody@1> not found.", refusal.getErrorMessage(), "remark");
        List<MessageExt> kept = f.readAll(queue.getTopic()).stream()
            .filter(each -> Inbox.body(each).equals(body)).toList();
        Check.equal(1, kept.size(), "kept replies");
        Check.equal("correlation", kept.get(0).getProperty(MessageConst.PROPERTY_CORRELATION_ID), "correlation");
    }
}
