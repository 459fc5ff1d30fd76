package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;

final class OrderlyScenarios {
    private OrderlyScenarios() {
    }

    @Scenario("an orderly consumer gets each queue in order, one message at a time")
    static void ordered(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        Map<Integer, AtomicInteger> inHand = new ConcurrentHashMap<>();
        Inbox inbox = new Inbox();
        f.orderlyConsumer(f.group(), topic, (messages, context) -> {
            AtomicInteger ofQueue = inHand.computeIfAbsent(context.getMessageQueue().getQueueId(), id -> new AtomicInteger());
            Check.equal(1, ofQueue.incrementAndGet(), "messages of one queue in hand");
            inbox.add(messages);
            ofQueue.decrementAndGet();
            return ConsumeOrderlyStatus.SUCCESS;
        });
        for (int number = 0; number < 100; number++) {
            producer.send(message(topic, "body-" + number), (queues, sent, key) -> queues.get((Integer) key), number % 4);
        }
        List<MessageExt> consumed = inbox.await(100);
        for (int queueId = 0; queueId < 4; queueId++) {
            int id = queueId;
            Check.equal(IntStream.range(0, 25).mapToObj(step -> "body-" + (id + 4 * step)).toList(),
                Inbox.bodies(consumed.stream().filter(each -> each.getQueueId() == id).toList()), "queue " + id);
        }
    }

    @Scenario("an orderly consumer that is not ready gets the same message again before the next one")
    static void suspended(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        List<String> attempts = new ArrayList<>();
        AtomicInteger refusals = new AtomicInteger(2);
        Inbox inbox = new Inbox();
        f.orderlyConsumer(f.group(), topic, (messages, context) -> {
            attempts.add(Inbox.body(messages.get(0)));
            if (refusals.getAndDecrement() > 0) {
                return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
            }
            inbox.add(messages);
            return ConsumeOrderlyStatus.SUCCESS;
        });
        Fixture.sendNumbered(producer, topic, "body", 2);
        inbox.awaitInOrder(List.of("body-0", "body-1"));
        Check.equal(List.of("body-0", "body-0", "body-0", "body-1"), attempts, "attempts");
    }

    @Scenario("a queue that one orderly consumer has locked is not consumed by another until it leaves")
    static void locked(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String group = f.group();
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        var one = f.orderlyConsumer(group, topic, first.orderly());
        producer.send(message(topic, "body-0"));
        first.awaitInOrder(List.of("body-0"));
        f.orderlyConsumer(group, topic, second.orderly());
        producer.send(message(topic, "body-1"));
        Check.eventually("one consumer of two", () -> first.all().size() + second.all().size() == 2);
        one.shutdown();
        producer.send(message(topic, "body-2"));
        Check.eventually("the other consumer", () -> first.all().size() + second.all().size() == 3);
        Check.equal("body-2", Inbox.body(second.all().get(second.all().size() - 1)), "the other's newest");
    }
}
