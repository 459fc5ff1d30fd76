package conformance;

import static conformance.Fixture.message;

import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;

/**
 * Where a new group begins when it is not at the first message: once memory does not have that one any more. Java asks
 * the kernel whether it has; ours can be told that it has not.
 */
final class BeginScenarios {
    private BeginScenarios() {
    }

    @Scenario(value = "on a topic whose first messages memory has no more, a group begins first, last or at a time",
        alone = true)
    static void consumeFromWhere(Fixture f) throws Exception {
        f.configureBroker("accessMessageInMemoryMaxRatio", "0");
        try {
            String topic = f.topic(1);
            DefaultMQProducer producer = f.producer();
            Fixture.sendNumbered(producer, topic, "old", 5);
            String at = awaitNextSecond();
            Fixture.sendNumbered(producer, topic, "new", 5);
            Inbox first = begin(f, topic, ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET, at);
            Inbox atTime = begin(f, topic, ConsumeFromWhere.CONSUME_FROM_TIMESTAMP, at);
            String lastGroup = f.group();
            Inbox last = begin(f, lastGroup, topic, ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET, at);
            first.await(10);
            atTime.await(5);
            Check.eventuallyTrue("the last group's offset", () ->
                f.admin.examineConsumeStats(lastGroup, topic).getOffsetTable().values().stream()
                    .allMatch(each -> each.getConsumerOffset() == 10));
            producer.send(message(topic, "newest"));
            last.awaitExactly(List.of("newest"));
            first.await(11);
            atTime.awaitExactly(List.of("new-0", "new-1", "new-2", "new-3", "new-4", "newest"));
        } finally {
            f.configureBroker("accessMessageInMemoryMaxRatio", "40");
        }
    }

    /** A second that begins after now, as consumers take it. */
    private static String awaitNextSecond() throws InterruptedException {
        String now = UtilAll.timeMillisToHumanString3(System.currentTimeMillis());
        Check.eventually("next second", () -> !UtilAll.timeMillisToHumanString3(System.currentTimeMillis()).equals(now));
        return UtilAll.timeMillisToHumanString3(System.currentTimeMillis());
    }

    private static Inbox begin(Fixture f, String topic, ConsumeFromWhere where, String at) throws Exception {
        return begin(f, f.group(), topic, where, at);
    }

    private static Inbox begin(Fixture f, String group, String topic, ConsumeFromWhere where, String at)
        throws Exception {
        Inbox inbox = new Inbox();
        f.pushConsumer(group, consumer -> {
            consumer.subscribe(topic, "*");
            consumer.setConsumeFromWhere(where);
            consumer.setConsumeTimestamp(at);
            consumer.setMessageListener(inbox);
        });
        return inbox;
    }
}
