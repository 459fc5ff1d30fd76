package conformance;

import static conformance.Fixture.message;

import com.alibaba.fastjson2.JSONArray;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.stats.Stats;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Does, one after the other, what the driver's lines say: runs a command of mqadmin and tells what it printed, or lets a
 * client do something that a command then shows. Argument: address of the NameServer.
 */
final class Mqadmin {
    private final Fixture fixture;
    private final Map<String, DefaultMQProducer> producers = new HashMap<>();
    private final Map<String, DefaultMQPushConsumer> consumers = new HashMap<>();
    private final Map<String, Inbox> inboxes = new HashMap<>();

    private Mqadmin(Fixture fixture) {
        this.fixture = fixture;
    }

    public static void main(String[] args) throws Exception {
        Driver driver = new Driver();
        DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
        admin.setNamesrvAddr(args[0]);
        admin.setInstanceName("fixture");
        admin.start();
        Mqadmin mqadmin = new Mqadmin(new Fixture(args[0], admin, driver));
        mqadmin.fixture.awaitBroker();
        for (Map<String, Object> line = driver.next(); line != null; line = driver.next()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            try {
                answer.put("output", mqadmin.serve(line));
            } catch (Throwable failure) {
                answer.put("failure", failure.toString());
            }
            driver.tell(answer);
        }
        System.exit(0);
    }

    private String serve(Map<String, Object> line) throws Exception {
        String what = line.keySet().iterator().next();
        if (what.equals("mqadmin")) {
            return run(((JSONArray) line.get(what)).toArray(String.class));
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> with = (Map<String, Object>) line.get(what);
        return switch (what) {
            case "send" -> send(with);
            case "start consumer" -> startConsumer(text(with, "group"), text(with, "topic"));
            case "await consumed" -> awaitConsumed(with);
            case "stop consumer" -> stopConsumer(text(with, "group"));
            case "await route" -> awaitRoute(text(with, "topic"));
            case "await stored" -> awaitStored(text(with, "topic"), (Integer) with.get("count"));
            case "await producer" -> awaitProducer(text(with, "group"), text(with, "topic"));
            case "await counted" -> awaitCounted(text(with, "group"), text(with, "topic"));
            default -> throw new IllegalArgumentException(what);
        };
    }

    /** What the command prints to standard output and standard error, together. */
    private static String run(String[] args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(captured);
        System.setErr(captured);
        try {
            Commands.run(args);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String send(Map<String, Object> with) throws Exception {
        DefaultMQProducer producer = producers.get(text(with, "group"));
        if (producer == null) {
            producer = fixture.producer(settings -> {
                settings.setProducerGroup(text(with, "group"));
                settings.setInstanceName(text(with, "group"));
            });
            producers.put(text(with, "group"), producer);
        }
        Message message = message(text(with, "topic"), text(with, "tag"), text(with, "body"));
        message.setKeys(text(with, "key"));
        MessageQueue queue = new MessageQueue(text(with, "topic"), fixture.brokerName(), (Integer) with.get("queueId"));
        SendResult sent = producer.send(message, queue);
        return "uniqueKey".equals(with.get("answer")) ? sent.getMsgId() : sent.getOffsetMsgId();
    }

    /** Returns the client id. */
    private String startConsumer(String group, String topic) throws Exception {
        Inbox inbox = new Inbox();
        inboxes.put(group, inbox);
        DefaultMQPushConsumer consumer = fixture.pushConsumer(group, settings -> {
            settings.setInstanceName(group);
            settings.subscribe(topic, "*");
            settings.setMessageListener(inbox);
        });
        consumers.put(group, consumer);
        return consumer.buildMQClientId();
    }

    /** Waits until the group's consumer has got that many messages and the broker knows that it is behind by none. */
    private String awaitConsumed(Map<String, Object> with) throws Exception {
        String group = text(with, "group");
        inboxes.get(group).await((Integer) with.get("count"));
        Check.eventuallyTrue("offsets committed", () ->
            fixture.admin.examineConsumeStats(group, text(with, "topic")).computeTotalDiff() == 0);
        Check.eventuallyTrue("an offset of the retry topic", () ->
            fixture.admin.examineConsumeStats(group).getOffsetTable().keySet().stream()
                .anyMatch(queue -> queue.getTopic().startsWith("%RETRY%")));
        return "";
    }

    private String stopConsumer(String group) {
        consumers.remove(group).shutdown();
        return "";
    }

    private String awaitRoute(String topic) throws Exception {
        fixture.awaitRoute(topic);
        return "";
    }

    /** Java's broker answers a send before the queue has the message. */
    private String awaitStored(String topic, int count) throws Exception {
        Check.eventuallyTrue(count + " messages in the queues", () ->
            fixture.admin.examineTopicStats(topic).getOffsetTable().values().stream()
                .mapToLong(offset -> offset.getMaxOffset() - offset.getMinOffset()).sum() == count);
        return "";
    }

    /** A producer tells the broker of itself some time after its first send. */
    private String awaitProducer(String group, String topic) throws Exception {
        Check.eventuallyTrue("producer " + group, () ->
            !fixture.admin.examineProducerConnectionInfo(group, topic).getConnectionSet().isEmpty());
        return "";
    }

    /** Java's broker counts what it stores and gives out every ten seconds. */
    private String awaitCounted(String group, String topic) throws Exception {
        String broker = fixture.brokerAddress();
        Check.eventuallyTrue("counts of " + topic, () ->
            fixture.admin.viewBrokerStatsData(broker, Stats.TOPIC_PUT_NUMS, topic).getStatsMinute().getSum() > 0
                && fixture.admin.viewBrokerStatsData(broker, Stats.GROUP_GET_NUMS, topic + "@" + group)
                    .getStatsMinute().getSum() > 0);
        return "";
    }

    private static String text(Map<String, Object> with, String key) {
        return (String) with.get(key);
    }

    private static final class Commands extends MQAdminStartup {
        static void run(String[] args) {
            SUB_COMMANDS.clear(); // a command keeps clients that it has shut down: each run needs new ones
            main0(args, new SilentHook());
        }
    }

    /** Signs nothing. Without a hook mqadmin looks for credentials in files. */
    private static final class SilentHook implements RPCHook {
        @Override
        public void doBeforeRequest(String address, RemotingCommand request) {
        }

        @Override
        public void doAfterResponse(String address, RemotingCommand request, RemotingCommand response) {
        }
    }
}
