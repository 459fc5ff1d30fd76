package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

final class RestartScenarios {
    private RestartScenarios() {
    }

    @Scenario(value = "topics, messages and a group's offsets are kept over a restart of the broker", alone = true)
    static void offsetsAreKept(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        String group = f.group();
        List<String> first = Fixture.sendNumbered(producer, topic, "first", 20);
        Inbox before = new Inbox();
        DefaultMQPushConsumer consumer = f.pushConsumer(group, topic, "*", before);
        before.awaitExactly(first);
        consumer.shutdown();
        List<String> second = Fixture.sendNumbered(producer, topic, "second", 20);
        restartBroker(f, topic);
        Inbox after = new Inbox();
        f.pushConsumer(group, topic, "*", after);
        after.awaitExactly(second);
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        Check.equal(all.stream().sorted().toList(), Inbox.bodies(f.readAll(topic)).stream().sorted().toList(), "messages");
    }

    @Scenario(value = "running clients go on by themselves after a restart of the broker", alone = true)
    static void clientsGoOn(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        Inbox inbox = f.consume(topic, "*");
        List<String> before = Fixture.sendNumbered(producer, topic, "before", 10);
        inbox.awaitExactly(before);
        restartBroker(f, topic);
        retrying(() -> producer.send(message(topic, "after")));
        Check.eventually("the message after the restart", () -> Inbox.bodies(inbox.all()).contains("after"));
    }

    @Scenario(value = "a killed broker still has what it acknowledged, at the same offsets and ids", alone = true)
    static void killed(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        List<SendResult> acknowledged = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            acknowledged.add(producer.send(message(topic, "body-" + number)));
        }
        f.driver.killBroker();
        f.driver.startBroker();
        f.awaitRoute(topic);
        List<MessageExt> stored = retrying(() -> f.readAll(topic));
        Check.equal(200, stored.size(), "messages");
        for (int number = 0; number < 200; number++) {
            Check.equal("body-" + number, Inbox.body(stored.get(number)), "body");
            Check.equal(acknowledged.get(number).getQueueOffset(), stored.get(number).getQueueOffset(), "queue offset");
            Check.equal(acknowledged.get(number).getMsgId(), stored.get(number).getMsgId(), "message id");
        }
        SendResult newest = acknowledged.get(199);
        Check.equal("body-199", Inbox.body(f.admin.viewMessage(topic, newest.getOffsetMsgId())), "by offset id");
        Check.equal(200L, retrying(() -> producer.send(message(topic, "next"))).getQueueOffset(), "the next offset");
    }

    @Scenario(value = "a delayed message is delivered although the broker restarts before it is due", alone = true)
    static void delayed(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Message message = message(topic, "delayed");
        message.setDelayTimeLevel(3);
        producer.send(message);
        restartBroker(f, topic);
        Inbox inbox = f.consume(topic, "*");
        inbox.awaitInOrder(List.of("delayed"));
    }

    @Scenario(value = "clients and the broker find a NameServer that restarts", alone = true)
    static void nameServer(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        producer.send(message(topic, "before"));
        f.driver.restartNameServer();
        producer.send(message(topic, "without a NameServer that knows the topic"));
        f.awaitRoute(topic);
        Inbox inbox = f.consume(topic, "*");
        inbox.await(2);
    }

    static void restartBroker(Fixture f, String topic) throws Exception {
        f.driver.stopBroker();
        f.driver.startBroker();
        f.awaitRoute(topic);
    }

    /** A connection that the restart has cut may fail once more before it is made anew. */
    static <T> T retrying(Callable<T> action) throws InterruptedException {
        List<T> result = new ArrayList<>();
        Check.eventuallyTrue("success after the restart", () -> result.add(action.call()));
        return result.get(0);
    }
}
