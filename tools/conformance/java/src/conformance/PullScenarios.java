package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

final class PullScenarios {
    private PullScenarios() {
    }

    @Scenario("a lite pull consumer that subscribes polls every message and commits by itself")
    static void subscribe(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        String group = f.group();
        List<String> bodies = Fixture.sendNumbered(producer, topic, "body", 50);
        DefaultLitePullConsumer consumer = f.litePullConsumer(group);
        consumer.subscribe(topic, "*");
        consumer.start();
        poll(consumer, bodies.size()).awaitExactly(bodies);
        Check.eventuallyTrue("committed offsets", () -> {
            Check.equal(List.of(), consumer.poll(100), "messages polled beyond the last"); // it commits as it polls
            return f.admin.examineConsumeStats(group, topic).computeTotalDiff() == 0;
        });
    }

    @Scenario("a lite pull consumer reads the queues that it assigns itself, from where it seeks to")
    static void assignAndSeek(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        MessageQueue queue = new MessageQueue(topic, f.brokerName(), 1);
        sendTo(producer, queue, 10);
        DefaultLitePullConsumer consumer = f.litePullConsumer(f.group());
        consumer.setAutoCommit(false);
        consumer.start();
        Check.equal(2, consumer.fetchMessageQueues(topic).size(), "queues");
        consumer.assign(List.of(queue));
        seekAndPoll(consumer, () -> consumer.seek(queue, 7), numbered(7, 10));
        seekAndPoll(consumer, () -> consumer.seekToBegin(queue), numbered(0, 10));
        consumer.seekToEnd(queue);
        producer.send(message(topic, "body-10"), queue);
        pollUntil(consumer, numbered(10, 11), () -> consumer.seek(queue, 10));
    }

    @Scenario("what a lite pull consumer commits is where its group goes on")
    static void commit(Fixture f) throws Exception {
        MessageQueue queue = filledQueue(f, 10);
        String group = f.group();
        DefaultLitePullConsumer consumer = f.litePullConsumer(group);
        consumer.setAutoCommit(false);
        consumer.start();
        consumer.assign(List.of(queue));
        seekAndPoll(consumer, () -> consumer.seekToBegin(queue), numbered(0, 10));
        Map<MessageQueue, Long> offsets = new HashMap<>();
        offsets.put(queue, 4L);
        Check.eventuallyTrue("committed offset", () -> {
            // The client sends it one way, and a broker that has not heard of the group, because its first heartbeat is
            // still to come, refuses in silence. What the client itself says is what it remembers.
            consumer.commit(offsets, true);
            Check.equal(4L, consumer.committed(queue), "the client's own word");
            return f.admin.examineConsumeStats(group, queue.getTopic()).getOffsetTable().get(queue).getConsumerOffset() == 4L;
        });
        consumer.shutdown();
        DefaultLitePullConsumer next = f.litePullConsumer(group);
        next.subscribe(queue.getTopic(), "*");
        next.start();
        pollUntil(next, numbered(4, 10));
    }

    @Scenario("a lite pull consumer finds the offset for a point in time")
    static void offsetForTimestamp(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        MessageQueue queue = new MessageQueue(topic, f.brokerName(), 0);
        List<MessageExt> stored = storeApart(f, producer, queue, 3);
        DefaultLitePullConsumer consumer = f.litePullConsumer(f.group());
        consumer.start();
        for (int number = 0; number < 3; number++) {
            long time = stored.get(number).getStoreTimestamp();
            Check.equal((long) number, consumer.offsetForTimestamp(queue, time), "offset at the time of " + number);
        }
        Check.equal(1L, consumer.offsetForTimestamp(queue, stored.get(0).getStoreTimestamp() + 1), "just after the first");
        Check.equal(0L, consumer.offsetForTimestamp(queue, 0L), "at the beginning of time");
        Check.equal(3L, consumer.offsetForTimestamp(queue, stored.get(2).getStoreTimestamp() + 60_000), "in the future");
    }

    @Scenario("a pull by hand says whether it found messages, found none that match, or asked for a wrong offset")
    static void pullStatuses(Fixture f) throws Exception {
        MessageQueue queue = filledQueue(f, 5);
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        PullResult found = consumer.pull(queue, "*", 1, 3);
        Check.equal(PullStatus.FOUND, found.getPullStatus(), "status");
        Check.equal(numbered(1, 4), Inbox.bodies(found.getMsgFoundList()), "messages");
        Check.equal(4L, found.getNextBeginOffset(), "next offset");
        Check.equal(0L, found.getMinOffset(), "min offset");
        Check.equal(5L, found.getMaxOffset(), "max offset");
        Check.equal(PullStatus.NO_NEW_MSG, consumer.pull(queue, "*", 5, 3).getPullStatus(), "at the end");
        PullResult unmatched = consumer.pull(queue, "TagZ", 0, 32);
        Check.equal(PullStatus.NO_MATCHED_MSG, unmatched.getPullStatus(), "with a tag that nobody has");
        Check.equal(5L, unmatched.getNextBeginOffset(), "next offset after none matched");
        PullResult beyond = consumer.pull(queue, "*", 99, 3);
        Check.equal(PullStatus.OFFSET_ILLEGAL, beyond.getPullStatus(), "beyond the end");
        Check.equal(5L, beyond.getNextBeginOffset(), "next offset from beyond the end");
    }

    @Scenario("a pull by hand that blocks is answered when a message comes")
    static void blockingPull(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        MessageQueue queue = new MessageQueue(topic, f.brokerName(), 0);
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        List<PullResult> results = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            try {
                results.add(consumer.pullBlockIfNotFound(queue, "*", 0, 3));
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
        waiting.start();
        producer.send(message(topic, "body-0"), queue);
        waiting.join(60_000);
        Check.equal(1, results.size(), "answers");
        Check.equal(numbered(0, 1), Inbox.bodies(results.get(0).getMsgFoundList()), "messages");
    }

    @Scenario("an offset that a pull consumer updates is read back from the broker")
    static void updateOffset(Fixture f) throws Exception {
        MessageQueue queue = filledQueue(f, 5);
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        Check.equal(0L, consumer.fetchConsumeOffset(queue, true), "offset of a group that never committed");
        Check.eventuallyTrue("offset 3", () -> {
            // A broker that has not heard of the group, because its first heartbeat is still to come, refuses in silence;
            // and what the broker says then is what the client believes.
            consumer.getDefaultMQPullConsumerImpl().updateConsumeOffset(queue, 3);
            consumer.getDefaultMQPullConsumerImpl().getOffsetStore().persistAll(Set.of(queue));
            return consumer.fetchConsumeOffset(queue, true) == 3L;
        });
    }

    /** Polls until that many messages are there, and then once more, so that one too many shows. */
    private static Inbox poll(DefaultLitePullConsumer consumer, int count) throws InterruptedException {
        Inbox inbox = new Inbox();
        Check.eventually(count + " messages polled", () -> {
            inbox.add(consumer.poll(1_000));
            return inbox.all().size() >= count;
        });
        inbox.add(consumer.poll(0));
        return inbox;
    }

    private static void seekAndPoll(DefaultLitePullConsumer consumer, Seek seek, List<String> expected)
        throws Exception {
        seek.run();
        pollUntil(consumer, expected, seek);
    }

    /** Polls until these bodies came, one after the other, as the newest. */
    private static void pollUntil(DefaultLitePullConsumer consumer, List<String> expected) throws Exception {
        pollUntil(consumer, expected, () -> { });
    }

    /**
     * As above; before them may come what the client was pulling when it was told to seek. A pull task of the client
     * that begins in the moment of a seek takes the place to go to, sees that it is cancelled, and the place is
     * forgotten: when polls stay without messages, the client is told to seek again.
     */
    private static void pollUntil(DefaultLitePullConsumer consumer, List<String> expected, Seek again)
        throws Exception {
        List<String> polled = new ArrayList<>();
        int[] inVain = {0};
        try {
            Check.eventuallyTrue("polled " + expected, () -> {
                List<MessageExt> messages = consumer.poll(1_000);
                polled.addAll(Inbox.bodies(messages));
                inVain[0] = messages.isEmpty() ? inVain[0] + 1 : 0;
                if (inVain[0] == 10) {
                    inVain[0] = 0;
                    again.run();
                }
                int from = polled.size() - expected.size();
                return from >= 0 && polled.subList(from, polled.size()).equals(expected);
            });
        } catch (AssertionError failure) {
            throw new AssertionError(failure.getMessage() + ", got " + polled, failure);
        }
    }

    private interface Seek {
        void run() throws MQClientException;
    }

    /** The only queue of a new topic, with that many messages in it. */
    private static MessageQueue filledQueue(Fixture f, int count) throws Exception {
        MessageQueue queue = new MessageQueue(f.topic(1), f.brokerName(), 0);
        sendTo(f.producer(), queue, count);
        return queue;
    }

    private static void sendTo(DefaultMQProducer producer, MessageQueue queue, int count) throws Exception {
        for (String body : numbered(0, count)) {
            producer.send(message(queue.getTopic(), body), queue);
        }
    }

    /** Sends so that no two messages are stored in the same millisecond. */
    static List<MessageExt> storeApart(Fixture f, DefaultMQProducer producer, MessageQueue queue, int count)
        throws Exception {
        for (String body : numbered(0, count)) {
            producer.send(message(queue.getTopic(), body), queue);
            long sentAt = System.currentTimeMillis();
            Check.eventually("the clock goes on", () -> System.currentTimeMillis() > sentAt + 10);
        }
        Collection<MessageExt> stored = f.readAll(queue.getTopic());
        return List.copyOf(stored);
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> "body-" + number).toList();
    }
}
