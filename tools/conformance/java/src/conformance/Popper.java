package conformance;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.AckResult;
import org.apache.rocketmq.client.consumer.NotifyResult;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.impl.mqclient.MQClientAPIExt;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.header.AckMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ChangeInvisibleTimeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExtraInfoUtil;
import org.apache.rocketmq.remoting.protocol.header.NotificationRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;

/** A group that pops a topic through the client of Java's proxy, request by request. */
record Popper(MQClientAPIExt client, String brokerAddress, String brokerName, String topic, String group, boolean order) {
    private static final long TIMEOUT_MS = 15_000;

    /** What is there, at once. */
    PopResult pop(int queueId, int count, long invisibleMs, String attemptId) throws Exception {
        return done(popLater(queueId, count, invisibleMs, attemptId, 0, "TAG", "*"));
    }

    /** Waits for what is not there yet. */
    CompletableFuture<PopResult> popLater(
        int queueId, int count, long invisibleMs, String attemptId, long pollMs, String type, String expression) {
        PopMessageRequestHeader header = new PopMessageRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(queueId);
        header.setMaxMsgNums(count);
        header.setInvisibleTime(invisibleMs);
        header.setPollTime(pollMs);
        header.setBornTime(System.currentTimeMillis());
        header.setInitMode(0);
        header.setExpType(type);
        header.setExp(expression);
        header.setOrder(order);
        header.setAttemptId(attemptId);
        return client.popMessageAsync(brokerAddress, brokerName, header, pollMs + TIMEOUT_MS);
    }

    AckResult ack(MessageExt message) throws Exception {
        return done(client.ackMessageAsync(brokerAddress, ackHeader(message), TIMEOUT_MS));
    }

    void ackAll(List<MessageExt> messages) throws Exception {
        for (MessageExt message : messages) {
            ack(message);
        }
    }

    AckResult changeInvisibleTime(MessageExt message, long invisibleMs) throws Exception {
        ChangeInvisibleTimeRequestHeader header = new ChangeInvisibleTimeRequestHeader();
        String[] receipt = ExtraInfoUtil.split(message.getProperty(MessageConst.PROPERTY_POP_CK));
        header.setConsumerGroup(group);
        header.setTopic(ExtraInfoUtil.getRealTopic(receipt, topic, group));
        header.setQueueId(ExtraInfoUtil.getQueueId(receipt));
        header.setOffset(ExtraInfoUtil.getQueueOffset(receipt));
        header.setExtraInfo(message.getProperty(MessageConst.PROPERTY_POP_CK));
        header.setInvisibleTime(invisibleMs);
        return done(client.changeInvisibleTimeAsync(brokerAddress, brokerName, header, TIMEOUT_MS));
    }

    CompletableFuture<NotifyResult> notification(int queueId, long pollMs) {
        NotificationRequestHeader header = new NotificationRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(queueId);
        header.setPollTime(pollMs);
        header.setBornTime(System.currentTimeMillis());
        header.setOrder(order);
        return client.notificationWithPollingStats(brokerAddress, header, pollMs + TIMEOUT_MS);
    }

    static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    static List<String> bodies(PopResult result) {
        return result.getMsgFoundList() == null ? List.of() : Inbox.bodies(result.getMsgFoundList());
    }

    private AckMessageRequestHeader ackHeader(MessageExt message) {
        AckMessageRequestHeader header = new AckMessageRequestHeader();
        String[] receipt = ExtraInfoUtil.split(message.getProperty(MessageConst.PROPERTY_POP_CK));
        header.setConsumerGroup(group);
        header.setTopic(ExtraInfoUtil.getRealTopic(receipt, topic, group));
        header.setQueueId(ExtraInfoUtil.getQueueId(receipt));
        header.setOffset(ExtraInfoUtil.getQueueOffset(receipt));
        header.setExtraInfo(message.getProperty(MessageConst.PROPERTY_POP_CK));
        return header;
    }
}
