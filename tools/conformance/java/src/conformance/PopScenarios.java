package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageRequestMode;

/** Push consumers to which the broker says that they are to pop. */
final class PopScenarios {
    /** The least that a consumer may ask for. */
    private static final long INVISIBLE_MS = 5_000;

    private PopScenarios() {
    }

    @Scenario("a popping consumer gets every message, and what it has consumed does not come again")
    static void consumed(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 4);
        Inbox good = new Inbox();
        List<MessageExt> bad = trial.consumeAllButOnce("bad", good);
        List<String> bodies = trial.sendNumbered(100);
        good.awaitExactly(bodies);
        trial.send("bad");
        Check.eventually("the bad message twice", () -> bad.size() == 2);
        good.awaitExactly(bodies); // by then what is not acknowledged would have come again, too
    }

    @Scenario("a message that a popping consumer fails comes again as it was, with one attempt more")
    static void failed(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 2);
        List<MessageExt> tries = trial.consumeAllButOnce("not at once", new Inbox());
        Message message = message(trial.topic, "TagA", "not at once");
        message.setKeys("key");
        message.putUserProperty("user", "property");
        SendResult sent = trial.producer.send(message);
        Check.eventually("a second attempt", () -> tries.size() == 2);
        Check.equal(List.of(0, 1), tries.stream().map(MessageExt::getReconsumeTimes).toList(), "reconsume times");
        for (MessageExt each : tries) {
            Check.equal(trial.topic, each.getTopic(), "topic as the listener sees it");
            Check.equal(sent.getMsgId(), each.getMsgId(), "message id");
            Check.equal("not at once", Inbox.body(each), "body");
            Check.equal("TagA", each.getTags(), "tag");
            Check.equal("key", each.getKeys(), "key");
            Check.equal("property", each.getUserProperty("user"), "user property");
        }
    }

    @Scenario("a message that a popping consumer holds for too long comes again to another thread")
    static void heldTooLong(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 1);
        CountDownLatch cameAgain = new CountDownLatch(1);
        trial.consume("*", (messages, context) -> {
            if (messages.get(0).getReconsumeTimes() > 0) {
                cameAgain.countDown();
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            }
            try {
                cameAgain.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException shutdown) {
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        trial.send("slow");
        Check.eventually("the message again", () -> cameAgain.getCount() == 0);
    }

    @Scenario("several popping consumers share the messages of every queue")
    static void shared(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 1);
        Inbox inbox = new Inbox();
        for (int number = 0; number < 3; number++) {
            trial.consume("*", inbox);
        }
        inbox.awaitExactly(trial.sendNumbered(200));
    }

    @Scenario("a popping consumer gets the tags that it subscribes to")
    static void tags(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 2);
        Inbox inbox = new Inbox();
        trial.consume("TagA || TagB", inbox);
        for (String tag : List.of("TagA", "TagC", "TagB", "TagC", "TagA")) {
            trial.producer.send(message(trial.topic, tag, "of " + tag));
        }
        inbox.awaitExactly(List.of("of TagA", "of TagA", "of TagB"));
    }

    @Scenario("a popping consumer that waits gets what is sent later, one by one")
    static void waiting(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 2);
        Inbox inbox = new Inbox();
        trial.consume("*", inbox);
        for (int number = 0; number < 10; number++) {
            trial.send("body-" + number);
            inbox.await(number + 1);
        }
    }

    @Scenario(value = "what a popping consumer acknowledged stays so over a restart; what it failed comes again", alone = true)
    static void restart(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 2);
        Inbox good = new Inbox();
        List<MessageExt> bad = trial.consumeAllButOnce("bad", good);
        List<String> bodies = trial.sendNumbered(20);
        good.awaitExactly(bodies);
        trial.send("bad");
        Check.eventually("the bad message", () -> bad.size() == 1);
        f.driver.stopBroker();
        f.driver.startBroker();
        f.awaitRoute(trial.topic);
        Check.eventually("the bad message again", () -> bad.size() == 2);
        Check.equal(1, bad.get(1).getReconsumeTimes(), "reconsume times");
        good.awaitExactly(bodies);
    }

    @Scenario("a topic that one group pops and another pulls is consumed whole by each")
    static void mixed(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 2);
        Inbox popped = new Inbox();
        trial.consume("*", popped);
        Inbox pulled = f.consume(trial.topic, "*");
        List<String> bodies = trial.sendNumbered(40);
        popped.awaitExactly(bodies);
        pulled.awaitExactly(bodies);
    }

    @Scenario("a group that goes over from pulling to popping goes on where it was")
    static void goesOver(Fixture f) throws Exception {
        Trial trial = Trial.of(f, 2);
        Inbox pulled = new Inbox();
        DefaultMQPushConsumer puller = f.pushConsumer(trial.group, trial.topic, "*", pulled);
        pulled.awaitExactly(trial.sendNumbered(20));
        puller.shutdown(); // it commits what it has consumed
        Inbox popped = new Inbox();
        trial.consume("*", popped);
        trial.send("later");
        popped.awaitExactly(List.of("later"));
    }

    /** A topic, and a group that pops it. */
    private record Trial(Fixture f, DefaultMQProducer producer, String topic, String group) {
        static Trial of(Fixture f, int queueCount) throws Exception {
            return new Trial(f, f.producer(), f.topic(queueCount), f.group());
        }

        void send(String body) throws Exception {
            producer.send(message(topic, body));
        }

        List<String> sendNumbered(int count) throws Exception {
            return Fixture.sendNumbered(producer, topic, "body", count);
        }

        DefaultMQPushConsumer consume(String tags, MessageListenerConcurrently listener) throws Exception {
            f.admin.setMessageRequestMode(f.brokerAddress(), topic, group, MessageRequestMode.POP, 0, 15_000);
            return f.pushConsumer(group, consumer -> {
                consumer.setClientRebalance(false);
                consumer.setPopInvisibleTime(INVISIBLE_MS);
                consumer.subscribe(topic, tags);
                consumer.setMessageListener(listener);
            });
        }

        /** Fails the message with this body the first time; returns each time that it came. */
        List<MessageExt> consumeAllButOnce(String body, Inbox others) throws Exception {
            List<MessageExt> times = Collections.synchronizedList(new ArrayList<>());
            consume("*", (messages, context) -> {
                if (!Inbox.body(messages.get(0)).equals(body)) {
                    return others.consumeMessage(messages, context);
                }
                times.addAll(messages);
                return times.size() == 1 ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
            return times;
        }
    }
}
