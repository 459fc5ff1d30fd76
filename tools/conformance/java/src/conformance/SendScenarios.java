package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

final class SendScenarios {
    private SendScenarios() {
    }

    @Scenario("a synchronous send is answered with its queue, its offset and both ids")
    static void synchronous(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        for (int number = 0; number < 3; number++) {
            Message message = message(topic, "TagA", "body-" + number);
            SendResult sent = producer.send(message);
            Check.equal(SendStatus.SEND_OK, sent.getSendStatus(), "status");
            Check.equal(new MessageQueue(topic, f.brokerName(), 0), sent.getMessageQueue(), "queue");
            Check.equal((long) number, sent.getQueueOffset(), "queue offset");
            Check.equal(message.getProperty("UNIQ_KEY"), sent.getMsgId(), "message id");
            Check.equal("127.0.0.1", MessageDecoder.decodeMessageId(sent.getOffsetMsgId()).getAddress().toString()
                .replaceAll(".*/(.*):.*", "$1"), "address in the offset id");
        }
    }

    @Scenario("asynchronous sends are each answered once")
    static void asynchronous(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        Map<String, SendResult> answers = new ConcurrentHashMap<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int count = 200;
        for (int number = 0; number < count; number++) {
            producer.send(message(topic, "body-" + number), new SendCallback() {
                @Override
                public void onSuccess(SendResult sent) {
                    if (answers.put(sent.getMessageQueue().getQueueId() + "@" + sent.getQueueOffset(), sent) != null) {
                        failure.set(new AssertionError("one offset twice: " + sent));
                    }
                }

                @Override
                public void onException(Throwable cause) {
                    failure.set(cause);
                }
            });
        }
        Check.eventually("all answers", () -> answers.size() == count || failure.get() != null);
        Check.equal(null, failure.get(), "failure");
        Check.equal(count, f.readAll(topic).size(), "messages stored");
    }

    @Scenario("oneway sends arrive")
    static void oneway(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        List<String> bodies = IntStream.range(0, 50).mapToObj(number -> "body-" + number).toList();
        for (String body : bodies) {
            producer.sendOneway(message(topic, body));
        }
        Inbox inbox = f.consume(topic, "*");
        inbox.awaitExactly(bodies);
    }

    @Scenario("a batch is stored in order at consecutive offsets, each message with an id of its own")
    static void batch(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        producer.send(message(topic, "before"));
        List<Message> batch = new ArrayList<>();
        for (int number = 0; number < 32; number++) {
            Message message = message(topic, "Tag" + number % 2, "body-" + number);
            message.setKeys("key-" + number);
            message.putUserProperty("number", String.valueOf(number));
            batch.add(message);
        }
        SendResult sent = producer.send(batch);
        Check.equal(1L, sent.getQueueOffset(), "offset of the first");
        Check.equal(32, sent.getOffsetMsgId().split(",").length, "offset ids");
        Check.equal(32, Set.of(sent.getMsgId().split(",")).size(), "message ids");
        List<MessageExt> stored = f.readAll(topic).subList(1, 33);
        for (int number = 0; number < 32; number++) {
            MessageExt message = stored.get(number);
            Check.equal("body-" + number, Inbox.body(message), "body");
            Check.equal(1L + number, message.getQueueOffset(), "queue offset");
            Check.equal("Tag" + number % 2, message.getTags(), "tag");
            Check.equal("key-" + number, message.getKeys(), "key");
            Check.equal(String.valueOf(number), message.getUserProperty("number"), "user property");
            Check.equal(sent.getOffsetMsgId().split(",")[number], offsetIdOf(message), "offset id");
        }
    }

    @Scenario("messages of one key go to one queue and keep their order")
    static void selector(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        for (int number = 0; number < 40; number++) {
            producer.send(message(topic, number % 5 + ":" + number),
                (queues, sent, key) -> queues.get((Integer) key % queues.size()), number % 5);
        }
        List<MessageExt> stored = f.readAll(topic);
        for (int key = 0; key < 5; key++) {
            String prefix = key + ":";
            int first = key;
            List<MessageExt> ofKey = stored.stream().filter(each -> Inbox.body(each).startsWith(prefix)).toList();
            Check.equal(IntStream.range(0, 8).mapToObj(step -> prefix + (first + step * 5)).toList(),
                Inbox.bodies(ofKey), "messages of key " + key);
            Check.equal(1L, ofKey.stream().map(MessageExt::getQueueId).distinct().count(), "queues of key " + key);
        }
    }

    @Scenario("a body compressed with ZLIB arrives as it was")
    static void zlib(Fixture f) throws Exception {
        compressed(f, CompressionType.ZLIB);
    }

    @Scenario("a body compressed with LZ4 arrives as it was")
    static void lz4(Fixture f) throws Exception {
        compressed(f, CompressionType.LZ4);
    }

    @Scenario("a body compressed with ZSTD arrives as it was")
    static void zstd(Fixture f) throws Exception {
        compressed(f, CompressionType.ZSTD);
    }

    private static void compressed(Fixture f, CompressionType type) throws Exception {
        DefaultMQProducer producer = f.producer(settings -> settings.setCompressType(type));
        String topic = f.topic(1);
        byte[] body = "RocketMQ compresses what is longer than 4 KiB. ".repeat(500).getBytes();
        producer.send(new Message(topic, body));
        Inbox inbox = f.consume(topic, "*");
        MessageExt message = inbox.await(1).get(0);
        Check.that(Arrays.equals(body, message.getBody()), "the body differs");
        Check.that(message.getStoreSize() < body.length / 2, "stored in " + message.getStoreSize() + " bytes");
        Check.equal(type, MessageSysFlag.getCompressionType(message.getSysFlag()), "compression in the sysFlag");
    }

    @Scenario("a body of 4 MiB passes, whole")
    static void large(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer(settings -> settings.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE));
        String topic = f.topic(1);
        byte[] body = new byte[4 * 1024 * 1024];
        new Random(7).nextBytes(body);
        producer.send(new Message(topic, body));
        Check.that(Arrays.equals(body, f.readAll(topic).get(0).getBody()), "the body differs");
    }

    @Scenario("a body of more than 4 MiB is refused by the broker as illegal")
    static void tooLarge(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer(settings -> settings.setMaxMessageSize(16 * 1024 * 1024));
        String topic = f.topic(1);
        byte[] body = new byte[4 * 1024 * 1024 + 1];
        new Random(7).nextBytes(body);
        MQBrokerException refusal = Check.fails(MQBrokerException.class, () -> producer.send(new Message(topic, body)));
        Check.equal(ResponseCode.MESSAGE_ILLEGAL, refusal.getResponseCode(), "response code");
        producer.send(message(topic, "the connection still serves"));
    }

    @Scenario("tags, keys, properties, flag and body in any script come back as they were")
    static void unicode(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String text = "消息 Grüße ✓ 🚀 \"quoted\" \\ \t <&>";
        Message message = message(topic, "标签", text);
        message.setKeys(List.of("ключ", "鍵"));
        message.setFlag(0x7fff_fffe);
        message.putUserProperty("属性", text);
        producer.send(message);
        Inbox inbox = f.consume(topic, "标签");
        MessageExt stored = inbox.await(1).get(0);
        Check.equal(text, Inbox.body(stored), "body");
        Check.equal("标签", stored.getTags(), "tag");
        Check.equal("ключ 鍵", stored.getKeys(), "keys");
        Check.equal(0x7fff_fffe, stored.getFlag(), "flag");
        Check.equal(text, stored.getUserProperty("属性"), "user property");
    }

    @Scenario("a stored message says when and where it was born and stored")
    static void provenance(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        long before = System.currentTimeMillis();
        SendResult sent = producer.send(message(topic, "body"));
        long after = System.currentTimeMillis();
        MessageExt stored = f.readAll(topic).get(0);
        Check.that(before <= stored.getBornTimestamp() && stored.getBornTimestamp() <= after, "born timestamp");
        Check.that(before <= stored.getStoreTimestamp() && stored.getStoreTimestamp() <= after, "store timestamp");
        Check.equal(f.brokerAddress(), stored.getStoreHost().toString().substring(1), "store host");
        Check.equal("127.0.0.1", stored.getBornHostString(), "born host");
        Check.equal(sent.getMsgId(), stored.getMsgId(), "message id");
        Check.equal(sent.getOffsetMsgId(), offsetIdOf(stored), "offset id");
        Check.equal("DefaultCluster", stored.getProperty("CLUSTER"), "cluster");
        Check.equal(f.brokerName(), stored.getBrokerName(), "broker");
    }

    @Scenario("a topic that nobody made is made by the first send, with four queues for the default producer")
    static void autoCreation(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = Fixture.unique("Auto");
        SendResult sent = producer.send(message(topic, "body"));
        Check.equal(SendStatus.SEND_OK, sent.getSendStatus(), "status");
        f.awaitRoute(topic);
        Check.equal(4, f.admin.examineTopicRouteInfo(topic).getQueueDatas().get(0).getWriteQueueNums(), "queues");
        Check.equal(List.of("body"), Inbox.bodies(f.readAll(topic)), "messages");
    }

    private static String offsetIdOf(MessageExt message) {
        return MessageDecoder.createMessageId(message.getStoreHost(), message.getCommitLogOffset());
    }
}
