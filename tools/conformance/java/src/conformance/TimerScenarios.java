package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.producer.RecallMessageHandle;

final class TimerScenarios {
    private TimerScenarios() {
    }

    @Scenario("a message for a later time comes then, and not before, by each of the ways to name the time")
    static void eachWay(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        Inbox inbox = f.consume(topic, "TagA");
        Message seconds = message(topic, "TagA", "seconds");
        seconds.setDelayTimeSec(3);
        Message milliseconds = message(topic, "TagA", "milliseconds");
        milliseconds.setDelayTimeMs(3_500);
        Message time = message(topic, "TagA", "time");
        long begin = System.currentTimeMillis();
        time.setDeliverTimeMs(begin + 2_000);
        time.setKeys("key");
        time.putUserProperty("user", "property");
        Message past = message(topic, "TagA", "past");
        past.setDeliverTimeMs(begin - 1_000);
        List<SendResult> sent = new ArrayList<>();
        for (Message each : List.of(seconds, milliseconds, time, past)) {
            sent.add(producer.send(each));
        }
        List<MessageExt> came = inbox.await(4);
        for (MessageExt each : came) {
            long wish = switch (Inbox.body(each)) {
                case "seconds" -> 3_000;
                case "milliseconds" -> 3_500;
                case "time" -> 2_000;
                default -> 0;
            };
            Check.that(each.getStoreTimestamp() >= begin + wish, Inbox.body(each) + " came too early");
            SendResult result = sent.stream().filter(one -> one.getMsgId().equals(each.getMsgId())).findFirst().orElseThrow();
            Check.equal(result.getMessageQueue().getQueueId(), each.getQueueId(), "queue of " + Inbox.body(each));
        }
        MessageExt first = came.stream().filter(each -> Inbox.body(each).equals("time")).findFirst().orElseThrow();
        Check.equal("key", first.getKeys(), "key");
        Check.equal("property", first.getUserProperty("user"), "user property");
        for (String stamp : List.of(MessageConst.PROPERTY_TIMER_OUT_MS, MessageConst.PROPERTY_TIMER_ENQUEUE_MS,
            MessageConst.PROPERTY_TIMER_DEQUEUE_MS, MessageConst.PROPERTY_REAL_TOPIC)) {
            Check.that(first.getProperty(stamp) != null, stamp + " of a timed message");
        }
    }

    @Scenario("timed messages of one queue come in the order of their times")
    static void inOrder(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        long second = (System.currentTimeMillis() / 1000 + 4) * 1000;
        List<String> expected = new ArrayList<>();
        for (int number = 9; number >= 0; number--) {
            Message message = message(topic, "body-" + number);
            message.setDeliverTimeMs(second + number / 3 * 1000L);
            producer.send(message);
        }
        for (int group = 0; group < 4; group++) {
            for (int number = Math.min(9, group * 3 + 2); number >= group * 3; number--) {
                expected.add("body-" + number);
            }
        }
        List<MessageExt> came = new ArrayList<>(inbox.await(10));
        Check.equal(expected.stream().sorted().toList(), Inbox.bodies(came).stream().sorted().toList(), "messages");
        came.sort((left, right) -> Long.compare(left.getQueueOffset(), right.getQueueOffset()));
        Check.equal(expected.stream().map(TimerScenarios::third).toList(), Inbox.bodies(came).stream().map(TimerScenarios::third).toList(), "order of times");
    }

    private static int third(String body) {
        return Integer.parseInt(body.substring(body.indexOf('-') + 1)) / 3;
    }

    @Scenario(value = "a timed message that its producer recalls never comes", alone = true)
    static void recalled(Fixture f) throws Exception {
        f.configureBroker("recallMessageEnable", "true");
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        List<SendResult> sent = new ArrayList<>();
        for (String body : List.of("kept", "recalled", "kept too")) {
            Message message = message(topic, body);
            message.setDelayTimeSec(6);
            sent.add(producer.send(message));
        }
        SendResult target = sent.get(1);
        RecallMessageHandle.HandleV1 handle = (RecallMessageHandle.HandleV1) RecallMessageHandle.decodeHandle(target.getRecallHandle());
        Check.equal(topic, handle.getTopic(), "topic of the handle");
        Check.equal(target.getMsgId(), handle.getMessageId(), "message id of the handle");
        Check.equal(f.brokerName(), handle.getBrokerName(), "broker of the handle");
        Check.equal(target.getMsgId(), producer.recallMessage(topic, target.getRecallHandle()), "recalled id");
        Message fence = message(topic, "fence");
        fence.setDelayTimeSec(8);
        producer.send(fence);
        Check.eventually("the message after it", () -> Inbox.bodies(inbox.all()).contains("fence"));
        Check.equal(List.of("fence", "kept", "kept too"), Inbox.bodies(inbox.all()).stream().sorted().toList(), "messages");
        Check.fails(MQBrokerException.class, () -> producer.recallMessage(f.topic(1), target.getRecallHandle()));
        Check.fails(MQClientException.class, () -> producer.recallMessage(topic, "bm9uZQ=="));
        Check.equal(604, Check.fails(MQBrokerException.class, () -> producer.recallMessage(topic, target.getRecallHandle())).getResponseCode(),
            "recall of what is over");
    }

    @Scenario(value = "a recall is refused unless the broker allows it", alone = true)
    static void recallNotAllowed(Fixture f) throws Exception {
        f.configureBroker("recallMessageEnable", "false");
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Message message = message(topic, "body");
        message.setDelayTimeSec(60);
        String handle = producer.send(message).getRecallHandle();
        Check.equal(16, Check.fails(MQBrokerException.class, () -> producer.recallMessage(topic, handle)).getResponseCode(), "code");
    }

    @Scenario(value = "a delay that is too long is refused in words that name the limit", alone = true)
    static void tooLong(Fixture f) throws Exception {
        f.configureBroker("timerMaxDelaySec", "259200");
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Message message = message(topic, "body");
        message.setDelayTimeSec(259_300);
        MQBrokerException refusal = Check.fails(MQBrokerException.class, () -> producer.send(message));
        Check.equal(13, refusal.getResponseCode(), "code");
        Check.that(refusal.getErrorMessage().contains("259200000ms"), "the limit in " + refusal.getErrorMessage());
        Message wrong = message(topic, "body");
        wrong.putUserProperty("x", "y");
        wrong.getProperties().put(MessageConst.PROPERTY_TIMER_DELIVER_MS, "abc");
        Check.equal(13, Check.fails(MQBrokerException.class, () -> producer.send(wrong)).getResponseCode(), "code");
    }

    @Scenario(value = "timed messages are delivered by a broker that was killed while they waited", alone = true)
    static void killed(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        List<String> bodies = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            Message message = message(topic, "body-" + number);
            message.setDelayTimeSec(4 + number % 8);
            producer.send(message);
            bodies.add("body-" + number);
        }
        f.driver.killBroker();
        f.driver.startBroker();
        f.awaitRoute(topic);
        Inbox inbox = f.consume(topic, "*");
        Check.eventually("all messages", () -> Inbox.bodies(inbox.all()).containsAll(bodies));
        Check.equal(bodies.stream().sorted().toList(), Inbox.bodies(inbox.all()).stream().distinct().sorted().toList(), "messages");
    }
}
