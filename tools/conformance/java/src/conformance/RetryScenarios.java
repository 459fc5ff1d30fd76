package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;

final class RetryScenarios {
    private RetryScenarios() {
    }

    @Scenario("a message that keeps failing is tried again as often as allowed, then lies in the dead-letter queue")
    static void retryThenDeadLetter(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String group = f.group();
        List<MessageExt> tries = Collections.synchronizedList(new ArrayList<>());
        f.pushConsumer(group, consumer -> {
            consumer.subscribe(topic, "*");
            consumer.setMaxReconsumeTimes(2);
            consumer.setMessageListener((MessageListenerConcurrently) (messages, context) -> {
                tries.addAll(messages);
                context.setDelayLevelWhenNextConsume(1);
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            });
        });
        Message message = message(topic, "TagA", "never good enough");
        message.setKeys("key");
        message.putUserProperty("user", "property");
        SendResult sent = producer.send(message);

        List<MessageExt> dead = deadLetters(f, group, 1);
        Check.equal(List.of(0, 1, 2), tries.stream().map(MessageExt::getReconsumeTimes).toList(), "reconsume times");
        for (MessageExt each : tries) {
            Check.equal(topic, each.getTopic(), "topic as the listener sees it");
            Check.equal(sent.getMsgId(), each.getMsgId(), "message id");
        }
        MessageExt letter = dead.get(0);
        Check.equal("never good enough", Inbox.body(letter), "body");
        Check.equal("TagA", letter.getTags(), "tag");
        Check.equal("key", letter.getKeys(), "key");
        Check.equal("property", letter.getUserProperty("user"), "user property");
        Check.equal(sent.getMsgId(), letter.getMsgId(), "message id");
        Check.equal(sent.getOffsetMsgId(), letter.getProperty(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID), "origin");
        Check.equal(topic, letter.getProperty(MessageConst.PROPERTY_RETRY_TOPIC), "retry topic");
    }

    @Scenario("a message that failed once is consumed again after the default delay")
    static void defaultDelay(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        Inbox second = new Inbox();
        f.pushConsumer(f.group(), topic, "*", (messages, context) -> {
            if (messages.get(0).getReconsumeTimes() == 0) {
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            }
            return second.consumeMessage(messages, context);
        });
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 4);
        second.awaitExactly(bodies);
        Check.that(second.all().stream().allMatch(each -> each.getReconsumeTimes() == 1), "reconsume times");
    }

    @Scenario("a listener can send a message straight to the dead-letter queue")
    static void straightToDeadLetter(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String group = f.group();
        f.pushConsumer(group, topic, "*", (messages, context) -> {
            context.setDelayLevelWhenNextConsume(-1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        producer.send(message(topic, "body"));
        Check.equal("body", Inbox.body(deadLetters(f, group, 1).get(0)), "dead letter");
    }

    @Scenario("of a batch only what the listener did not acknowledge is tried again")
    static void partOfABatch(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 4);
        Inbox inbox = new Inbox();
        Inbox again = new Inbox();
        f.pushConsumer(f.group(), consumer -> {
            consumer.subscribe(topic, "*");
            consumer.setConsumeMessageBatchMaxSize(4);
            consumer.setMessageListener((MessageListenerConcurrently) (messages, context) -> {
                (messages.get(0).getReconsumeTimes() == 0 ? inbox : again).add(messages);
                context.setDelayLevelWhenNextConsume(1);
                context.setAckIndex(messages.get(0).getReconsumeTimes() == 0 ? messages.size() / 2 - 1 : messages.size());
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
        });
        inbox.awaitExactly(bodies);
        again.awaitExactly(bodies.subList(2, 4));
    }

    @Scenario("an ordered message that has used up its tries lies in the dead-letter queue and lets the next one pass")
    static void orderedDeadLetter(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String group = f.group();
        Inbox inbox = new Inbox();
        f.pushConsumer(group, consumer -> {
            consumer.subscribe(topic, "*");
            consumer.setMaxReconsumeTimes(1);
            consumer.setMessageListener((MessageListenerOrderly) (messages, context) -> {
                if (Inbox.body(messages.get(0)).equals("bad")) {
                    return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
                }
                inbox.add(messages);
                return ConsumeOrderlyStatus.SUCCESS;
            });
        });
        producer.send(message(topic, "bad"));
        producer.send(message(topic, "good"));
        inbox.awaitInOrder(List.of("good"));
        Check.equal("bad", Inbox.body(deadLetters(f, group, 1).get(0)), "dead letter");
    }

    @Scenario("delayed messages are delivered in the order of their delay levels")
    static void delayLevels(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        for (int level : new int[] {0, 3, 2, 1}) { // none, 10 s, 5 s, 1 s
            Message message = message(topic, "Tag" + level, "level-" + level);
            message.setDelayTimeLevel(level);
            message.setKeys("key-" + level);
            producer.send(message);
        }
        List<MessageExt> delivered = new ArrayList<>(inbox.await(4));
        delivered.sort(Comparator.comparing(MessageExt::getQueueOffset)); // it may consume two at once
        Check.equal(List.of("level-0", "level-1", "level-2", "level-3"), Inbox.bodies(delivered), "order of delivery");
        for (MessageExt each : delivered) {
            int level = Integer.parseInt(Inbox.body(each).substring("level-".length()));
            Check.equal("Tag" + level, each.getTags(), "tag");
            Check.equal("key-" + level, each.getKeys(), "key");
            long waitedMs = each.getStoreTimestamp() - each.getBornTimestamp();
            Check.that(waitedMs >= List.of(0, 1_000, 5_000, 10_000).get(level), "level " + level + " waited " + waitedMs);
        }
    }

    private static List<MessageExt> deadLetters(Fixture f, String group, int count) throws Exception {
        String topic = "%DLQ%" + group;
        f.awaitRoute(topic);
        Check.eventuallyTrue("dead letters", () -> f.readAll(topic).size() >= count);
        return f.readAll(topic);
    }
}
