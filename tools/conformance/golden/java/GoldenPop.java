import com.alibaba.fastjson2.JSON;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.broker.pop.orderly.QueueLevelConsumerManager;
import org.apache.rocketmq.broker.processor.PopMessageProcessor;
import org.apache.rocketmq.remoting.protocol.body.BatchAck;
import org.apache.rocketmq.remoting.protocol.body.BatchAckMessageRequestBody;
import org.apache.rocketmq.remoting.protocol.header.ExtraInfoUtil;
import org.apache.rocketmq.store.pop.AckMsg;
import org.apache.rocketmq.store.pop.BatchAckMsg;
import org.apache.rocketmq.store.pop.PopCheckPoint;

/** Check points, acks and receipts of pop consumption. */
final class GoldenPop {
    private static final long POP_TIME = 1_700_000_000_000L;
    private static final String[] TOPICS = {"TopicA", "%RETRY%GroupA_TopicA", "%RETRY%GroupA+TopicA"};

    Map<String, Object> all() {
        return GoldenBytes.object(
            "checkPoints", checkPoints(), "acks", acks(), "batchAcks", batchAcks(), "receipts", receipts(),
            "batchAckBodies", bodies(), "orderInfos", orderInfos());
    }

    private static List<Object> checkPoints() {
        List<Object> list = new ArrayList<>();
        for (String topic : TOPICS) {
            for (int num : new int[] {1, 2, 32}) {
                PopCheckPoint ck = new PopCheckPoint();
                ck.setTopic(topic);
                ck.setCId("GroupA");
                ck.setQueueId(3);
                ck.setStartOffset(100);
                ck.setPopTime(POP_TIME);
                ck.setInvisibleTime(60_000L * num);
                ck.setNum((byte) num);
                ck.setBitMap(num == 32 ? 0x80000001 : 0);
                ck.setBrokerName("broker-a");
                ck.setSuspend(num == 2);
                for (int i = 0; i < num; i++) {
                    ck.addDiff(i * num);
                }
                if (num == 2) {
                    ck.setRePutTimes("4");
                }
                list.add(GoldenBytes.object("json", JSON.toJSONString(ck), "uniqueKey", PopMessageProcessor.genCkUniqueId(ck)));
            }
        }
        return list;
    }

    private static <T extends AckMsg> T filled(T ack) {
        ack.setTopic("TopicA");
        ack.setConsumerGroup("GroupA");
        ack.setQueueId(3);
        ack.setStartOffset(100);
        ack.setPopTime(POP_TIME);
        ack.setBrokerName("broker-a");
        return ack;
    }

    private static Object acks() {
        AckMsg ack = filled(new AckMsg());
        ack.setAckOffset(101);
        return GoldenBytes.object("json", JSON.toJSONString(ack), "uniqueKey", PopMessageProcessor.genAckUniqueId(ack));
    }

    private static Object batchAcks() {
        BatchAckMsg ack = filled(new BatchAckMsg());
        ack.setAckOffset(-1);
        ack.setAckOffsetList(List.of(100L, 102L));
        return GoldenBytes.object("json", JSON.toJSONString(ack), "uniqueKey", PopMessageProcessor.genAckUniqueId(ack));
    }

    private static List<Object> receipts() {
        List<Object> list = new ArrayList<>();
        for (String topic : TOPICS) {
            StringBuilder start = new StringBuilder();
            StringBuilder offsets = new StringBuilder();
            ExtraInfoUtil.buildStartOffsetInfo(start, topic, 3, 100);
            ExtraInfoUtil.buildMsgOffsetInfo(offsets, topic, 3, List.of(100L, 104L));
            list.add(GoldenBytes.object(
                "topic", topic,
                "extraInfo", ExtraInfoUtil.buildExtraInfo(100, POP_TIME, 60_000, 5, topic, "broker-a", 3, 104),
                "startOffsetInfo", start.toString(), "msgOffsetInfo", offsets.toString()));
        }
        return list;
    }

    /** What consumerOrderInfo.json holds as a group pops in order: pop, pop again in the same attempt, ack, wait, pop again. */
    private static List<Object> orderInfos() {
        List<Object> list = new ArrayList<>();
        QueueLevelConsumerManager orders = new QueueLevelConsumerManager();
        pop(list, orders, null, POP_TIME, List.of(7L));
        pop(list, orders, "attempt-1", POP_TIME + 1, List.of(7L, 8L, 11L));
        pop(list, orders, "attempt-1", POP_TIME + 2, List.of(7L, 8L, 11L));
        list.add(stateOf(orders, orders.commitAndNext("TopicA", "GroupA", 3, 8, POP_TIME + 2), null));
        orders.updateNextVisibleTime("TopicA", "GroupA", 3, 7, POP_TIME + 2, POP_TIME + 9_000);
        list.add(stateOf(orders, -1, null));
        list.add(stateOf(orders, orders.commitAndNext("TopicA", "GroupA", 3, 7, POP_TIME + 2), null));
        pop(list, orders, "attempt-2", POP_TIME + 3, List.of(11L, 12L));
        list.add(stateOf(orders, orders.commitAndNext("TopicA", "GroupA", 3, 9, POP_TIME + 3), null));
        list.add(stateOf(orders, orders.commitAndNext("TopicA", "GroupA", 3, 11, POP_TIME + 2), null));
        pop(list, orders, null, POP_TIME + 4, List.of(11L, 12L));
        return list;
    }

    private static void pop(List<Object> list, QueueLevelConsumerManager orders, String attemptId, long popTime, List<Long> offsets) {
        StringBuilder counts = new StringBuilder();
        orders.update(attemptId, false, "TopicA", "GroupA", 3, popTime, 60_000, offsets, counts);
        list.add(stateOf(orders, -1, counts.toString()));
    }

    /** Without the time of the day that Java puts into it. */
    private static Object stateOf(QueueLevelConsumerManager orders, long next, String orderCountInfo) {
        orders.getTable().values().forEach(queues -> queues.values().forEach(info -> info.setLastConsumeTimestamp(POP_TIME)));
        return GoldenBytes.object("file", orders.encode(true), "next", next, "orderCountInfo", orderCountInfo);
    }

    private static Object bodies() {
        BatchAck ack = new BatchAck();
        ack.setConsumerGroup("GroupA");
        ack.setTopic("TopicA");
        ack.setRetry("1");
        ack.setStartOffset(100);
        ack.setQueueId(3);
        ack.setReviveQueueId(5);
        ack.setPopTime(POP_TIME);
        ack.setInvisibleTime(60_000);
        BitSet bits = new BitSet();
        bits.set(0);
        bits.set(9);
        ack.setBitSet(bits);
        BatchAckMessageRequestBody body = new BatchAckMessageRequestBody();
        body.setBrokerName("broker-a");
        body.setAcks(List.of(ack));
        return new String(body.encode(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
