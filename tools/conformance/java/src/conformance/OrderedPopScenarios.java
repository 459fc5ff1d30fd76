package conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.rocketmq.client.consumer.AckResult;
import org.apache.rocketmq.client.consumer.AckStatus;
import org.apache.rocketmq.client.consumer.NotifyResult;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;

/** Groups that pop in order, as those behind Java's proxy do, and requests that only it makes. */
final class OrderedPopScenarios {
    private static final long LONG_MS = 60_000;

    private OrderedPopScenarios() {
    }

    @Scenario("a queue popped in order is given out batch by batch, the next when the one before is acknowledged")
    static void inOrder(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        List<String> sent = Fixture.sendNumbered(f.producer(), topic, "body", 20);
        List<String> got = new ArrayList<>();
        while (got.size() < sent.size()) {
            PopResult popped = popper.pop(0, 8, LONG_MS, null);
            Check.equal(List.of(), Popper.bodies(popper.pop(-1, 8, LONG_MS, null)), "messages of a queue that is taken");
            got.addAll(Popper.bodies(popped));
            popper.ackAll(popped.getMsgFoundList());
        }
        Check.equal(sent, got, "messages popped");
    }

    @Scenario("what is popped in order and not acknowledged comes again in its place, with its count, and so do those after it")
    static void again(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        Fixture.sendNumbered(f.producer(), topic, "body", 4);
        List<MessageExt> first = popper.pop(0, 3, 2_000, null).getMsgFoundList();
        popper.ack(first.get(0));
        popper.ack(first.get(2));
        List<MessageExt> second = new ArrayList<>();
        Check.eventuallyTrue("the message that was not acknowledged", () -> {
            List<MessageExt> found = popper.pop(0, 3, LONG_MS, null).getMsgFoundList();
            if (found != null) {
                second.addAll(found);
            }
            return !second.isEmpty();
        });
        Check.equal(List.of("body-1", "body-2", "body-3"), Inbox.bodies(second), "messages popped again");
        Check.equal(List.of(1, 1, 0), second.stream().map(MessageExt::getReconsumeTimes).toList(), "reconsume times");
    }

    @Scenario("an attempt that asks again gets the same messages, another does not")
    static void attempts(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        Fixture.sendNumbered(f.producer(), topic, "body", 4);
        List<String> first = Popper.bodies(popper.pop(0, 2, LONG_MS, "attempt-1"));
        Check.equal(List.of("body-0", "body-1"), first, "messages popped");
        Check.equal(List.of(), Popper.bodies(popper.pop(0, 2, LONG_MS, "attempt-2")), "messages of another attempt");
        PopResult again = popper.pop(0, 2, LONG_MS, "attempt-1");
        Check.equal(first, Popper.bodies(again), "messages popped again");
        popper.ackAll(again.getMsgFoundList());
        Check.equal(List.of("body-2", "body-3"), Popper.bodies(popper.pop(0, 2, LONG_MS, "attempt-2")), "messages after them");
    }

    @Scenario("who waits for a queue popped in order gets its messages as soon as it is free")
    static void waiting(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        Fixture.sendNumbered(f.producer(), topic, "body", 2);
        List<MessageExt> first = popper.pop(0, 1, LONG_MS, null).getMsgFoundList();
        CompletableFuture<PopResult> next = popper.popLater(0, 1, LONG_MS, null, 20_000, "TAG", "*");
        CompletableFuture<NotifyResult> notified = popper.notification(0, 20_000);
        Check.that(!next.isDone() && !notified.isDone(), "they wait");
        popper.ackAll(first);
        Check.equal(List.of("body-1"), Popper.bodies(Popper.done(next)), "messages popped then");
    }

    @Scenario("an invisible time that is changed is that of the whole queue when it is popped in order")
    static void renewed(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        Fixture.sendNumbered(f.producer(), topic, "body", 1);
        MessageExt message = popper.pop(0, 1, LONG_MS, null).getMsgFoundList().get(0);
        AckResult changed = popper.changeInvisibleTime(message, 1_000);
        Check.equal(AckStatus.OK, changed.getStatus(), "status of the change");
        Check.that(changed.getExtraInfo().contains(" 999 0 "), "a receipt of what is popped in order: " + changed.getExtraInfo());
        Check.eventuallyTrue("the message again", () -> Popper.bodies(popper.pop(0, 1, LONG_MS, null)).equals(List.of("body-0")));
    }

    @Scenario(value = "what is popped in order stays taken over a restart, and goes on after it", alone = true)
    static void restart(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        List<String> sent = Fixture.sendNumbered(f.producer(), topic, "body", 6);
        List<MessageExt> first = popper.pop(0, 3, LONG_MS, null).getMsgFoundList();
        popper.ack(first.get(0));
        f.driver.stopBroker();
        f.driver.startBroker();
        f.awaitRoute(topic);
        Check.eventuallyTrue("the broker", () -> Popper.bodies(popper.pop(0, 3, LONG_MS, null)).isEmpty());
        popper.ack(first.get(1));
        popper.ack(first.get(2));
        Check.equal(sent.subList(3, 6), Popper.bodies(popper.pop(0, 3, LONG_MS, null)), "messages after them");
    }

    @Scenario(value = "of what is popped in order nothing is lost when the broker is killed", alone = true)
    static void killed(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.orderedPopper(topic);
        List<String> sent = Fixture.sendNumbered(f.producer(), topic, "body", 6);
        popper.ack(popper.pop(0, 3, 3_000, null).getMsgFoundList().get(0));
        f.driver.killBroker();
        f.driver.startBroker();
        f.awaitRoute(topic);
        List<String> got = new ArrayList<>();
        Check.eventuallyTrue("the last message", () -> {
            List<MessageExt> found = popper.pop(0, 3, 3_000, null).getMsgFoundList();
            if (found != null) {
                got.addAll(Inbox.bodies(found));
                popper.ackAll(found);
            }
            return got.contains("body-5");
        });
        List<String> once = got.stream().distinct().toList();
        Check.equal(sent.subList(sent.size() - once.size(), sent.size()), once, "messages in their order");
        Check.that(once.size() >= 5, "all that were not acknowledged: " + got);
    }

    @Scenario("who asks to be notified hears of a message, and takes nothing")
    static void notified(Fixture f) throws Exception {
        String topic = f.topic(2);
        Popper popper = f.popper(topic);
        DefaultMQProducer producer = f.producer();
        Check.that(!Popper.done(popper.notification(-1, 100)).isHasMsg(), "nothing is there yet");
        CompletableFuture<NotifyResult> waits = popper.notification(-1, 20_000);
        producer.send(Fixture.message(topic, "body"));
        Check.that(Popper.done(waits).isHasMsg(), "it is told");
        Check.that(Popper.done(popper.notification(-1, 0)).isHasMsg(), "and told again");
        Check.equal(List.of("body"), Popper.bodies(popper.pop(-1, 8, LONG_MS, null)), "messages popped");
    }

    @Scenario("a pop by SQL92 gets what its expression is true of, whether or not pulls may have one")
    static void bySql(Fixture f) throws Exception {
        String topic = f.topic(1);
        Popper popper = f.popper(topic);
        DefaultMQProducer producer = f.producer();
        for (int number = 0; number < 10; number++) {
            var message = Fixture.message(topic, "body-" + number);
            message.putUserProperty("number", String.valueOf(number));
            producer.send(message);
        }
        List<String> wanted = List.of("body-3", "body-4", "body-5");
        Check.equal(wanted, Popper.bodies(Popper.done(
            popper.popLater(0, 32, LONG_MS, null, 0, "SQL92", "number BETWEEN 3 AND 5"))), "messages popped");
        Check.fails(Exception.class, () -> Popper.done(popper.popLater(0, 32, LONG_MS, null, 0, "SQL92", "number IS")));
    }
}
