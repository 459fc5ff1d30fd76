package conformance;

import static conformance.Fixture.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;

final class TransactionScenarios {
    private static final String GIVEN_UP = "TRANS_CHECK_MAX_TIME_TOPIC";

    private TransactionScenarios() {
    }

    /** Ends a transaction as its sender said, and when asked again as `whenAsked` says; keeps what it was asked about. */
    private static class Outcomes implements TransactionListener {
        /** Each is said once: asked again before it has noted the answer, Java's broker delivers twice what is committed twice. */
        final Map<String, LocalTransactionState> whenAsked = new ConcurrentHashMap<>();
        private final List<MessageExt> asked = new ArrayList<>();

        @Override
        public LocalTransactionState executeLocalTransaction(Message message, Object state) {
            return (LocalTransactionState) state;
        }

        @Override
        public LocalTransactionState checkLocalTransaction(MessageExt message) {
            synchronized (asked) {
                asked.add(message);
            }
            LocalTransactionState state = whenAsked.remove(Inbox.body(message));
            return state == null ? LocalTransactionState.UNKNOW : state;
        }

        List<MessageExt> askedFor(String body) {
            synchronized (asked) {
                return asked.stream().filter(message -> Inbox.body(message).equals(body)).toList();
            }
        }

        MessageExt awaitQuestion(String body, int count) throws InterruptedException {
            Check.eventually(count + " checks of " + body, () -> askedFor(body).size() >= count);
            return askedFor(body).get(count - 1);
        }
    }

    @Scenario("of transactions the committed ones are delivered, and those that are rolled back are not")
    static void committed(Fixture f) throws Exception {
        TransactionMQProducer producer = f.transactionProducer(new Outcomes());
        String topic = f.topic(2);
        Inbox inbox = f.consume(topic, "TagA");
        List<String> committed = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            boolean commits = number % 2 == 0;
            Message message = message(topic, "TagA", "body-" + number);
            message.setKeys("key-" + number);
            TransactionSendResult sent = producer.sendMessageInTransaction(message,
                commits ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.ROLLBACK_MESSAGE);
            Check.equal(sent.getMsgId(), sent.getTransactionId(), "transaction id");
            if (commits) {
                committed.add("body-" + number);
            }
        }
        inbox.awaitExactly(committed);
        for (MessageExt message : inbox.all()) {
            Check.equal("true", message.getProperty(MessageConst.PROPERTY_TRANSACTION_PREPARED), "TRAN_MSG");
            Check.equal(message.getMsgId(), message.getProperty("__transactionId__"), "transaction id");
            Check.equal(producer.getProducerGroup(), message.getProperty("PGROUP"), "producer group");
            Check.equal(null, message.getProperty(MessageConst.PROPERTY_REAL_TOPIC), "REAL_TOPIC");
        }
        Check.equal(sorted(committed), sorted(Inbox.bodies(f.readAll(topic))), "what is stored");
    }

    @Scenario("a producer that did not know yet is asked, and what it says then counts")
    static void checked(Fixture f) throws Exception {
        Outcomes outcomes = new Outcomes();
        outcomes.whenAsked.put("commits", LocalTransactionState.COMMIT_MESSAGE);
        outcomes.whenAsked.put("rolls back", LocalTransactionState.ROLLBACK_MESSAGE);
        TransactionMQProducer producer = f.transactionProducer(outcomes);
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        for (String body : List.of("rolls back", "commits")) {
            Message message = message(topic, body);
            message.putUserProperty("color", "red");
            producer.sendMessageInTransaction(message, LocalTransactionState.UNKNOW);
        }
        inbox.awaitInOrder(List.of("commits"));
        MessageExt question = outcomes.awaitQuestion("commits", 1);
        MessageExt delivered = inbox.all().get(0);
        Check.equal(topic, question.getTopic(), "topic in question");
        Check.equal("red", question.getProperty("color"), "property in question");
        Check.equal("1", question.getProperty(MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES), "checks");
        Check.equal(delivered.getTransactionId(), question.getTransactionId(), "transaction id");
        Check.equal("red", delivered.getProperty("color"), "property");
        Check.equal("1", delivered.getProperty(MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES), "checks");
        outcomes.awaitQuestion("rolls back", 1);
        Check.equal(List.of("commits"), Inbox.bodies(f.readAll(topic)), "what is stored");
    }

    @Scenario("a producer that is asked while it is still at work commits in the end, and only once")
    static void slow(Fixture f) throws Exception {
        CountDownLatch asked = new CountDownLatch(2);
        TransactionMQProducer producer = f.transactionProducer(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                try {
                    Check.that(asked.await(60, TimeUnit.SECONDS), "asked twice");
                } catch (InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
                return LocalTransactionState.COMMIT_MESSAGE;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                asked.countDown();
                return LocalTransactionState.UNKNOW;
            }
        });
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        producer.sendMessageInTransaction(message(topic, "slow"), null);
        inbox.awaitInOrder(List.of("slow"));
    }

    @Scenario("when a producer is gone, another one of its group is asked")
    static void gone(Fixture f) throws Exception {
        String group = Fixture.unique("Producer");
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        TransactionMQProducer first = f.transactionProducer(group, new Outcomes());
        first.sendMessageInTransaction(message(topic, "left behind"), LocalTransactionState.UNKNOW);
        first.shutdown();
        Outcomes outcomes = new Outcomes();
        outcomes.whenAsked.put("left behind", LocalTransactionState.COMMIT_MESSAGE);
        TransactionMQProducer second = f.transactionProducer(group, outcomes);
        // A producer is known to the brokers whose topics it sends to.
        second.sendMessageInTransaction(message(topic, "its own"), LocalTransactionState.ROLLBACK_MESSAGE);
        inbox.awaitInOrder(List.of("left behind"));
    }

    @Scenario(value = "a broker killed between a half message and its commit asks after the restart", alone = true)
    static void killed(Fixture f) throws Exception {
        Outcomes outcomes = new Outcomes();
        TransactionMQProducer producer = f.transactionProducer(outcomes);
        String topic = f.topic(1);
        for (String body : List.of("commits", "rolls back")) {
            producer.sendMessageInTransaction(message(topic, body), LocalTransactionState.UNKNOW);
        }
        f.driver.killBroker();
        outcomes.whenAsked.put("commits", LocalTransactionState.COMMIT_MESSAGE);
        outcomes.whenAsked.put("rolls back", LocalTransactionState.ROLLBACK_MESSAGE);
        f.driver.startBroker();
        f.awaitRoute(topic);
        Inbox inbox = f.consume(topic, "*");
        inbox.awaitInOrder(List.of("commits"));
        outcomes.awaitQuestion("rolls back", 1);
        Check.equal(List.of("commits"), Inbox.bodies(f.readAll(topic)), "what is stored");
    }

    @Scenario(value = "a transaction that is checked too often is given up, until an operator has it checked again",
        alone = true)
    static void givenUp(Fixture f) throws Exception {
        Outcomes outcomes = new Outcomes();
        TransactionMQProducer producer = f.transactionProducer(outcomes);
        String topic = f.topic(1);
        Inbox inbox = f.consume(topic, "*");
        f.configureBroker("transactionCheckMax", "2");
        String body = Fixture.unique("given-up");
        try {
            producer.sendMessageInTransaction(message(topic, body), LocalTransactionState.UNKNOW);
            outcomes.awaitQuestion(body, 2);
            Check.eventuallyTrue("given up", () -> Inbox.bodies(f.readAll(GIVEN_UP)).contains(body));
            Check.equal(2, outcomes.askedFor(body).size(), "checks");
        } finally {
            f.configureBroker("transactionCheckMax", "15");
        }
        outcomes.whenAsked.put(body, LocalTransactionState.COMMIT_MESSAGE);
        MessageExt message = f.readAll(GIVEN_UP).stream()
            .filter(each -> Inbox.body(each).equals(body)).findFirst().orElseThrow();
        Check.that(f.admin.resumeCheckHalfMessage(GIVEN_UP, message.getMsgId()), "resumed");
        inbox.awaitInOrder(List.of(body));
    }

    @Scenario(value = "a broker that is told to refuse transactions refuses them", alone = true)
    static void rejected(Fixture f) throws Exception {
        TransactionMQProducer producer = f.transactionProducer(new Outcomes());
        String topic = f.topic(1);
        f.configureBroker("rejectTransactionMessage", "true");
        try {
            MQClientException failure = Check.fails(MQClientException.class,
                () -> producer.sendMessageInTransaction(message(topic, "refused"), LocalTransactionState.COMMIT_MESSAGE));
            Check.that(failure.getMessage() != null, "a reason");
        } finally {
            f.configureBroker("rejectTransactionMessage", "false");
        }
    }

    private static List<String> sorted(List<String> bodies) {
        return bodies.stream().sorted().toList();
    }
}
