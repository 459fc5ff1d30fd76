package conformance;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;

/** What Java's broker does not do: consumers of Java get dead letters again that our broker redrives. */
final class DeadLetterScenarios {
    private static final int START_DEAD_LETTER_REDRIVE = 24_001;
    private static final int GET_DEAD_LETTER_REDRIVES = 24_002;

    private DeadLetterScenarios() {
    }

    private static JSONObject ask(Fixture f, int code, Map<String, ?> body) throws Exception {
        RemotingCommand request = RemotingCommand.createRequestCommand(code, null);
        request.setBody(JSON.toJSONBytes(body));
        RemotingCommand answer = f.admin.getDefaultMQAdminExtImpl().getMqClientInstance().getMQClientAPIImpl()
            .getRemotingClient().invokeSync(f.brokerAddress(), request, 10_000);
        Check.equal(ResponseCode.SUCCESS, answer.getCode(), "code, with " + answer.getRemark());
        return JSON.parseObject(answer.getBody());
    }

    private static void redrive(Fixture f, String group, String to) throws Exception {
        ask(f, START_DEAD_LETTER_REDRIVE, Map.of("group", group, "to", to));
        Check.eventuallyTrue("redrive done", () ->
            ask(f, GET_DEAD_LETTER_REDRIVES, Map.of("group", group)).getJSONArray("redrives")
                .toList(JSONObject.class).stream().allMatch(each -> each.getString("state").equals("DONE")));
    }

    /** A group that cannot consume until `isMended`, with two dead letters. */
    private static Inbox brokenGroup(Fixture f, String topic, String group, AtomicBoolean isMended) throws Exception {
        Inbox inbox = new Inbox();
        f.pushConsumer(group, topic, "*", (messages, context) -> {
            if (isMended.get()) {
                return inbox.consumeMessage(messages, context);
            }
            context.setDelayLevelWhenNextConsume(-1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        DefaultMQProducer producer = f.producer();
        for (String body : List.of("one", "two")) {
            Message message = Fixture.message(topic, "TagA", body);
            message.setKeys("key-" + body);
            message.putUserProperty("user", body);
            producer.send(message);
        }
        Check.eventuallyTrue("dead letters", () -> f.readAll("%DLQ%" + group).size() == 2);
        return inbox;
    }

    @Scenario("dead letters that are redriven reach their group, as new as on the first day, and no other group")
    static void toRetry(Fixture f) throws Exception {
        String topic = f.topic(1);
        String group = f.group();
        Inbox other = f.consume(topic, "*");
        AtomicBoolean isMended = new AtomicBoolean();
        Inbox inbox = brokenGroup(f, topic, group, isMended);
        List<MessageExt> letters = f.readAll("%DLQ%" + group);
        isMended.set(true);
        redrive(f, group, "retry");
        inbox.awaitExactly(List.of("one", "two"));
        for (MessageExt each : inbox.all()) {
            Check.equal(topic, each.getTopic(), "topic");
            Check.equal(0, each.getReconsumeTimes(), "attempts before");
            Check.equal("TagA", each.getTags(), "tag");
            Check.equal("key-" + Inbox.body(each), each.getKeys(), "key");
            Check.equal(Inbox.body(each), each.getUserProperty("user"), "property");
            Check.that(letters.stream().anyMatch(letter -> letter.getMsgId().equals(each.getMsgId())), "message id");
        }
        other.awaitExactly(List.of("one", "two"));
    }

    @Scenario("dead letters that are redriven to their origin reach every group there, and can die again")
    static void toOrigin(Fixture f) throws Exception {
        String topic = f.topic(2);
        String group = f.group();
        AtomicBoolean isMended = new AtomicBoolean();
        Inbox inbox = brokenGroup(f, topic, group, isMended);
        redrive(f, group, "origin");
        Check.eventuallyTrue("dead again", () -> f.readAll("%DLQ%" + group).size() == 4);
        Inbox other = f.consume(topic, "TagA");
        Check.equal(Set.of("one", "two"), Set.copyOf(Inbox.bodies(other.await(4))), "what every group gets");
        isMended.set(true);
        redrive(f, group, "retry");
        inbox.awaitExactly(List.of("one", "one", "two", "two"));
    }
}
