package conformance;

import static conformance.Fixture.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Puts records of every kind into the store behind a broker, round by round, as the driver's lines say. The topics are the
 * same in all rounds; the broker may be another one each time. Argument: address of the NameServer.
 */
final class StoreWriter {
    private static final String GROUP = "StoreGroup";
    private static final int COMPRESSED_BYTES = 20_000;
    private static final int LARGE_BYTES = 300_000;

    private final Fixture fixture;
    private final String round;
    private final DefaultMQProducer producer;
    private final Random random = new Random(1);

    private StoreWriter(Fixture fixture, String round) throws Exception {
        this.fixture = fixture;
        this.round = round;
        this.producer = fixture.producer();
    }

    public static void main(String[] args) throws Exception {
        Driver driver = new Driver();
        DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
        admin.setNamesrvAddr(args[0]);
        admin.setInstanceName("fixture");
        admin.start();
        for (Map<String, Object> line = driver.next(); line != null; line = driver.next()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            try (Fixture fixture = new Fixture(args[0], admin, driver)) {
                fixture.awaitBroker();
                for (Object topic : (List<?>) line.get("topics")) {
                    fixture.awaitRoute((String) topic);
                }
                new StoreWriter(fixture, (String) line.get("round")).write((List<?>) line.get("kinds"));
                answer.put("done", line.get("round"));
            } catch (Throwable failure) {
                answer.put("failure", Scenarios.stackTrace(failure));
            }
            driver.tell(answer);
        }
        System.exit(0);
    }

    private void write(List<?> kinds) throws Exception {
        for (Object kind : kinds) {
            switch ((String) kind) {
                case "tags and keys" -> tagsAndKeys();
                case "batches" -> batches("StoreBatch");
                case "inner batches" -> batches("StoreInner");
                case "compressed" -> compressed();
                case "large" -> large();
                case "delayed" -> delayed();
                case "sent back" -> sentBack();
                case "timed" -> timed();
                case "transactions" -> transactions();
                default -> throw new IllegalArgumentException((String) kind);
            }
        }
    }

    private void tagsAndKeys() throws Exception {
        for (int number = 0; number < 200; number++) {
            Message message = message("StoreTags", number % 7 == 0 ? null : "Tag" + number % 3, body(number));
            message.setKeys(List.of(round + "-key-" + number, "schlüssel-" + number % 10));
            message.putUserProperty("größe", "✓".repeat(1 + number % 50));
            message.setFlag(number);
            send(message);
        }
    }

    /** In a topic with queue.type=BatchCQ each is one record. */
    private void batches(String topic) throws Exception {
        for (int batch = 0; batch < 10; batch++) {
            List<Message> messages = new ArrayList<>();
            for (int number = 0; number <= batch * 3; number++) {
                Message message = message(topic, "Tag" + number % 3, body(batch * 100 + number));
                message.setKeys(round + "-batch-" + batch + "-" + number);
                messages.add(message);
            }
            Check.equal(SendStatus.SEND_OK, producer.send(messages).getSendStatus(), "batch");
        }
    }

    private void compressed() throws Exception {
        for (CompressionType type : CompressionType.values()) {
            DefaultMQProducer compressing = fixture.producer(settings -> {
                settings.setCompressType(type);
                settings.setCompressMsgBodyOverHowmuch(1000);
            });
            compressing.send(new Message("StoreTags", ("compressed " + type + "x".repeat(COMPRESSED_BYTES))
                .getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What does not fit the end of a file is closed with a blank. */
    private void large() throws Exception {
        for (int number = 0; number < 4; number++) {
            byte[] body = new byte[LARGE_BYTES + number];
            random.nextBytes(body);
            send(new Message("StoreTags", body));
        }
    }

    /** One that is delivered soon, and one that stays. */
    private void delayed() throws Exception {
        for (int level : new int[] {2, 18}) {
            Message message = message("StoreDelay", "Tag", round + "-level-" + level);
            message.setDelayTimeLevel(level);
            send(message);
        }
    }

    /** A message that a consumer could not use waits for its retry. */
    private void sentBack() throws Exception {
        DefaultMQPullConsumer consumer = fixture.pullConsumer(GROUP);
        MessageQueue queue = consumer.fetchSubscribeMessageQueues("StoreTags").iterator().next();
        MessageExt message = consumer.pull(queue, "*", consumer.minOffset(queue), 1).getMsgFoundList().get(0);
        consumer.sendMessageBack(message, 18);
    }

    /** A message that a timer holds for an hour. */
    private void timed() throws Exception {
        Message message = message("StoreDelay", "Tag", round + "-timed");
        message.setDelayTimeSec(3600);
        send(message);
    }

    /** Committed, rolled back and undecided ones. */
    private void transactions() throws Exception {
        LocalTransactionState[] states = LocalTransactionState.values();
        TransactionMQProducer transactional = fixture.transactionProducer(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                return (LocalTransactionState) state;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return LocalTransactionState.UNKNOW;
            }
        });
        for (int number = 0; number < 30; number++) {
            Message message = message("StoreTransaction", "Tag", body(number));
            message.setKeys(round + "-transaction-" + number);
            transactional.sendMessageInTransaction(message, states[number % states.length]);
        }
    }

    private void send(Message message) throws Exception {
        Check.equal(SendStatus.SEND_OK, producer.send(message).getSendStatus(), "send");
    }

    private String body(int number) {
        return round + "-" + number + ":" + "b".repeat(random.nextInt(500));
    }
}
