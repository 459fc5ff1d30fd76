package conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.common.message.MessageExt;

/** Keeps what a consumer gets, in the order of arrival. */
final class Inbox implements MessageListenerConcurrently {
    private final List<MessageExt> messages = new ArrayList<>();

    @Override
    public ConsumeConcurrentlyStatus consumeMessage(List<MessageExt> arrived, ConsumeConcurrentlyContext context) {
        add(arrived);
        return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    }

    MessageListenerOrderly orderly() {
        return (arrived, context) -> {
            add(arrived);
            return ConsumeOrderlyStatus.SUCCESS;
        };
    }

    synchronized void add(List<MessageExt> arrived) {
        messages.addAll(arrived);
    }

    synchronized List<MessageExt> all() {
        return List.copyOf(messages);
    }

    /** Waits until there are that many, and returns all there are. */
    List<MessageExt> await(int count) throws InterruptedException {
        try {
            Check.eventually(count + " messages", () -> all().size() >= count);
        } catch (AssertionError failure) {
            throw new AssertionError(failure.getMessage() + ", got " + bodies(all()), failure);
        }
        return all();
    }

    /** Waits for exactly these bodies, in any order. A message that comes twice is noticed if it comes in time. */
    void awaitExactly(List<String> expected) throws InterruptedException {
        List<String> got = new ArrayList<>(bodies(await(expected.size())));
        List<String> wanted = new ArrayList<>(expected);
        got.sort(null);
        wanted.sort(null);
        Check.equal(wanted, got, "messages consumed");
    }

    /** Waits for exactly these bodies, in this order. */
    void awaitInOrder(List<String> expected) throws InterruptedException {
        Check.equal(expected, bodies(await(expected.size())), "messages consumed");
    }

    static List<String> bodies(List<MessageExt> messages) {
        return messages.stream().map(Inbox::body).toList();
    }

    static String body(MessageExt message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
