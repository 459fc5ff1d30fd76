package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;

/** Consumers that filter by SQL92, at a broker with enablePropertyFilter. */
final class SqlScenarios {
    private SqlScenarios() {
    }

    @Scenario("a push consumer gets the messages of which its expression is true, those of before it and those of after")
    static void push(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        sendNumbers(producer, topic, 0, 40);
        Inbox inbox = consume(f, f.group(), topic, "number BETWEEN 30 AND 42 AND (parity = 'even' OR number = 31)");
        inbox.awaitExactly(List.of("30", "31", "32", "34", "36", "38"));
        sendNumbers(producer, topic, 40, 50);
        inbox.awaitExactly(List.of("30", "31", "32", "34", "36", "38", "40", "42"));
    }

    @Scenario("one message in a thousand that an expression is true of is found")
    static void rare(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        for (int batch = 0; batch < 10; batch++) {
            int from = batch * 200;
            producer.send(IntStream.range(from, from + 200).mapToObj(number -> numbered(topic, number)).toList());
        }
        consume(f, f.group(), topic, "number IN ('999', '1999')").awaitExactly(List.of("999", "1999"));
    }

    @Scenario("what tells messages apart is what the expression can say: texts, numbers, lists, nothing, tags and keys")
    static void dialect(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Message message = message(topic, "TagA", "all");
        message.setKeys("key-1");
        message.putUserProperty("text", "it's");
        message.putUserProperty("whole", "-7");
        message.putUserProperty("broken", "2.5");
        message.putUserProperty("yes", "true");
        producer.send(message);
        producer.send(message(topic, "none"));
        DefaultMQPullConsumer consumer = f.pullConsumer(f.group());
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(topic).iterator().next();
        awaitVersion(consumer, queue);
        for (String expression : new String[] {
            "text = 'it''s'", "whole < -6", "broken BETWEEN 2.0 AND 3.0", "yes = TRUE", "TAGS = 'TagA'",
            "KEYS STARTSWITH 'key'", "text CONTAINS 't'''", "text NOT ENDSWITH 'x'", "text IN ('a', 'it''s')",
            "text NOT IN ('a')", "missing IS NULL AND text IS NOT NULL", "NOT (whole > 0) AND whole <> 5",
        }) {
            PullResult result = consumer.pull(queue, MessageSelector.bySql(expression), 0, 32);
            Check.equal(PullStatus.FOUND, result.getPullStatus(), expression);
            Check.equal(List.of("all"), Inbox.bodies(result.getMsgFoundList()), expression);
        }
        for (String expression : new String[] {"text > 5 OR yes = TRUE", "missing = 5", "NOT (missing = 5)", "FALSE"}) {
            PullResult result = consumer.pull(queue, MessageSelector.bySql(expression), 0, 1);
            Check.equal(2L, result.getNextBeginOffset(), "offset behind the messages that do not match " + expression);
        }
    }

    @Scenario("a lite pull consumer polls the messages of which its expression is true")
    static void litePull(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(4);
        sendNumbers(producer, topic, 0, 30);
        DefaultLitePullConsumer consumer = f.litePullConsumer(f.group());
        consumer.subscribe(topic, MessageSelector.bySql("number >= 25"));
        consumer.start();
        Inbox inbox = new Inbox();
        Check.eventually("5 messages", () -> {
            inbox.add(consumer.poll(100));
            return inbox.all().size() >= 5;
        });
        inbox.add(consumer.poll(500));
        inbox.awaitExactly(List.of("25", "26", "27", "28", "29"));
    }

    @Scenario("a consumer with a wrong expression does not start, and is told where the expression is wrong")
    static void wrongExpression(Fixture f) throws Exception {
        String topic = f.topic(1);
        for (String expression : new String[] {"a > > 5", "a = ( OR b", "a <  AND 5"}) {
            int character = expression.equals("a <  AND 5") ? 6 : expression.equals("a > > 5") ? 5 : 7;
            MQClientException refusal = Check.fails(MQClientException.class,
                () -> f.pushConsumer(f.group(), consumer -> {
                    consumer.subscribe(topic, MessageSelector.bySql(expression));
                    consumer.setMessageListener(new Inbox());
                }));
            String text = refusal.getErrorMessage();
            Check.that(text.matches("(?s).*(column|character) " + character + "\\b.*"), expression + ": " + text);
        }
    }

    @Scenario("a consumer that subscribes anew filters by its new expression")
    static void newExpression(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = new Inbox();
        DefaultMQPushConsumer consumer = f.pushConsumer(f.group(), settings -> {
            settings.subscribe(topic, MessageSelector.bySql("number < 3"));
            settings.setMessageListener(inbox);
        });
        sendNumbers(producer, topic, 0, 6);
        inbox.awaitExactly(List.of("0", "1", "2"));
        consumer.subscribe(topic, MessageSelector.bySql("number >= 3"));
        Check.eventuallyTrue("the new expression", () -> {
            sendNumbers(producer, topic, 8, 9);
            return Inbox.bodies(inbox.all()).contains("8");
        });
        Check.that(!Inbox.bodies(inbox.all()).contains("3"), "what the old expression has passed over does not come back");
    }

    @Scenario("a message that fails comes again to a consumer that filters by SQL92")
    static void retry(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        List<String> tries = Collections.synchronizedList(new ArrayList<>());
        f.pushConsumer(f.group(), consumer -> {
            consumer.subscribe(topic, MessageSelector.bySql("number = 1"));
            consumer.setMessageListener((MessageListenerConcurrently) (messages, context) -> {
                messages.forEach(message -> tries.add(Inbox.body(message) + " " + message.getReconsumeTimes()));
                context.setDelayLevelWhenNextConsume(1);
                return messages.get(0).getReconsumeTimes() == 0
                    ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
        });
        sendNumbers(producer, topic, 0, 3);
        Check.eventually("two tries", () -> tries.size() >= 2);
        Check.equal(List.of("1 0", "1 1"), List.copyOf(tries), "tries");
    }

    @Scenario("an orderly consumer gets the messages of which its expression is true in their order")
    static void orderly(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        sendNumbers(producer, topic, 0, 20);
        Inbox inbox = new Inbox();
        f.pushConsumer(f.group(), consumer -> {
            consumer.subscribe(topic, MessageSelector.bySql("parity = 'odd' AND number > 10"));
            consumer.setMessageListener(inbox.orderly());
        });
        inbox.awaitInOrder(List.of("11", "13", "15", "17", "19"));
    }

    @Scenario(value = "a consumer that filters by SQL92 goes on after a restart of the broker", alone = true)
    static void restart(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(1);
        Inbox inbox = consume(f, f.group(), topic, "parity = 'odd'");
        sendNumbers(producer, topic, 0, 4);
        inbox.awaitExactly(List.of("1", "3"));
        RestartScenarios.restartBroker(f, topic);
        RestartScenarios.retrying(() -> producer.send(numbered(topic, 4)));
        RestartScenarios.retrying(() -> producer.send(numbered(topic, 5)));
        Check.eventually("the message after the restart", () -> Inbox.bodies(inbox.all()).contains("5"));
        Check.that(!Inbox.bodies(inbox.all()).contains("4"), "only what the expression is true of");
    }

    @Scenario(value = "switched off and on at run time, the filter refuses and serves", alone = true)
    static void switched(Fixture f) throws Exception {
        String topic = f.topic(1);
        sendNumbers(f.producer(), topic, 0, 3);
        f.configureBroker("enablePropertyFilter", "false");
        try {
            MQClientException refusal = Check.fails(MQClientException.class, () -> consume(f, f.group(), topic, "a = 1"));
            Check.that(refusal.getErrorMessage().contains(NOT_SUPPORTED), "message: " + refusal.getErrorMessage());
        } finally {
            f.configureBroker("enablePropertyFilter", "true");
        }
        consume(f, f.group(), topic, "number = 1").awaitExactly(List.of("1"));
    }

    static final String NOT_SUPPORTED = "The broker does not support consumer to filter message by SQL92";

    /** A client learns the broker's version from a heartbeat, and does not ask a broker for SQL92 before. */
    static void awaitVersion(DefaultMQPullConsumer consumer, MessageQueue queue) throws Exception {
        Check.eventuallyTrue("the broker's version", () -> {
            try {
                consumer.pull(queue, MessageSelector.bySql("a = 1"), 0, 1);
            } catch (MQBrokerException refusal) {
                return true;
            }
            return true;
        });
    }

    private static Inbox consume(Fixture f, String group, String topic, String expression) throws MQClientException {
        Inbox inbox = new Inbox();
        f.pushConsumer(group, consumer -> {
            consumer.subscribe(topic, MessageSelector.bySql(expression));
            consumer.setMessageListener(inbox);
        });
        return inbox;
    }

    private static void sendNumbers(DefaultMQProducer producer, String topic, int from, int until) throws Exception {
        for (int number = from; number < until; number++) {
            producer.send(numbered(topic, number));
        }
    }

    private static Message numbered(String topic, int number) {
        Message message = message(topic, String.valueOf(number));
        message.putUserProperty("number", String.valueOf(number));
        message.putUserProperty("parity", number % 2 == 0 ? "even" : "odd");
        return message;
    }
}
