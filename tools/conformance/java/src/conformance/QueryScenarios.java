package conformance;

import static conformance.Fixture.message;

import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

@SuppressWarnings("deprecation")
final class QueryScenarios {
    private QueryScenarios() {
    }

    @Scenario("a message is found by its offset id, each one of a batch too")
    static void viewMessage(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        SendResult single = producer.send(message(topic, "TagA", "single"));
        MessageExt found = f.admin.viewMessage(topic, single.getOffsetMsgId());
        Check.equal("single", Inbox.body(found), "body");
        Check.equal("TagA", found.getTags(), "tag");
        Check.equal(single.getMsgId(), found.getMsgId(), "message id");
        SendResult batch = producer.send(List.of(message(topic, "body-0"), message(topic, "body-1")));
        String[] ids = batch.getOffsetMsgId().split(",");
        Check.equal("body-0", Inbox.body(f.admin.viewMessage(topic, ids[0])), "first of the batch");
        Check.equal("body-1", Inbox.body(f.admin.viewMessage(topic, ids[1])), "second of the batch");
    }

    @Scenario("an offset id that names no message is refused")
    static void viewNothing(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        String id = producer.send(message(topic, "body")).getOffsetMsgId();
        String beyond = id.substring(0, 16) + "000000FFFFFFFFFF";
        Check.fails(MQBrokerException.class, () -> producer.getDefaultMQProducerImpl().getMqClientFactory()
            .getMQAdminImpl().viewMessage(topic, beyond));
    }

    @Scenario("a queue tells its smallest and its next offset, and when its oldest message was stored")
    static void bounds(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(2);
        MessageQueue full = new MessageQueue(topic, f.brokerName(), 0);
        MessageQueue empty = new MessageQueue(topic, f.brokerName(), 1);
        for (int number = 0; number < 3; number++) {
            producer.send(message(topic, "body"), full);
        }
        long oldest = f.readAll(topic).get(0).getStoreTimestamp();
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        Check.equal(0L, consumer.minOffset(full), "min offset");
        Check.equal(3L, consumer.maxOffset(full), "max offset");
        Check.equal(oldest, consumer.earliestMsgStoreTime(full), "earliest store time");
        Check.equal(0L, consumer.minOffset(empty), "min offset of an empty queue");
        Check.equal(0L, consumer.maxOffset(empty), "max offset of an empty queue");
        Check.equal(-1L, consumer.earliestMsgStoreTime(empty), "earliest store time of an empty queue");
    }

    @Scenario("offsets are found by time: the first at or after it, the last at or before it")
    static void searchOffset(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        MessageQueue queue = new MessageQueue(topic, f.brokerName(), 0);
        List<MessageExt> stored = PullScenarios.storeApart(f, producer, queue, 4);
        for (int number = 0; number < 4; number++) {
            long time = stored.get(number).getStoreTimestamp();
            Check.equal((long) number, f.admin.searchLowerBoundaryOffset(queue, time), "lower at " + number);
            Check.equal((long) number, f.admin.searchUpperBoundaryOffset(queue, time), "upper at " + number);
        }
        long between = stored.get(1).getStoreTimestamp() + 1;
        Check.equal(2L, f.admin.searchLowerBoundaryOffset(queue, between), "lower between 1 and 2");
        Check.equal(1L, f.admin.searchUpperBoundaryOffset(queue, between), "upper between 1 and 2");
        long after = stored.get(3).getStoreTimestamp() + 60_000;
        Check.equal(4L, f.admin.searchLowerBoundaryOffset(queue, after), "lower after all");
        Check.equal(f.admin.searchUpperBoundaryOffset(queue, after), f.admin.searchUpperBoundaryOffset(queue, after + 1),
            "upper after all");
        Check.equal(0L, f.admin.searchLowerBoundaryOffset(queue, 0), "lower before all");
        Check.equal(0L, f.admin.searchUpperBoundaryOffset(queue, 0), "upper before all");
    }
}
