package conformance;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/** What the official gRPC client does through a proxy, whatever brokers are behind it. */
final class GrpcScenarios {
    private static final int LARGE_BODY_BYTES = 4 * 1024 * 1024;
    private static final int MANY = Integer.getInteger("conformance.grpc.messages", 50_000);
    private static final int SENDS_AT_ONCE = 64;

    private GrpcScenarios() {
    }

    @Scenario("a gRPC producer that declared no topic, one, or three sends to all, and what it sends is received whole")
    static void declaredTopics(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String[] topics = {grpc.topic("NORMAL"), grpc.topic("NORMAL"), grpc.topic("NORMAL")};
        List<SimpleConsumer> consumers = new ArrayList<>();
        for (String topic : topics) {
            consumers.add(grpc.simpleConsumer(fixture.group(), topic));
        }
        for (String[] declared : new String[][] {{}, {topics[0]}, topics}) {
            Producer producer = grpc.producer(declared);
            for (int index = 0; index < topics.length; index++) {
                String body = "of " + declared.length;
                SendReceipt sent = producer.send(
                    GrpcFixture.message(topics[index], body).setTag("T").setKeys("k1", "k2").addProperty("p", "v").build());
                MessageView message = GrpcFixture.receive(consumers.get(index), 1).get(0);
                Check.equal(sent.getMessageId(), message.getMessageId(), "message id");
                Check.equal(body, GrpcFixture.bodyOf(message), "body");
                Check.equal("T", message.getTag().orElse(""), "tag");
                Check.equal(List.of("k1", "k2"), List.copyOf(message.getKeys()), "keys");
                Check.equal(Map.of("p", "v"), message.getProperties(), "properties");
            }
        }
    }

    @Scenario("a message that a gRPC consumer does not want now comes again, as its second attempt")
    static void again(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("NORMAL");
        SimpleConsumer consumer = grpc.simpleConsumer(fixture.group(), topic);
        grpc.producer(topic).send(GrpcFixture.plain(topic, "again"));
        List<MessageView> first = new ArrayList<>();
        Check.eventuallyTrue("a message", () -> {
            first.addAll(consumer.receive(1, Duration.ofSeconds(30)));
            return !first.isEmpty();
        });
        Check.equal(1, first.get(0).getDeliveryAttempt(), "first attempt");
        consumer.changeInvisibleDuration(first.get(0), Duration.ofSeconds(1));
        Check.equal(2, GrpcFixture.receive(consumer, 1).get(0).getDeliveryAttempt(), "second attempt");
    }

    @Scenario("messages of one message group are received by gRPC in their order")
    static void inOrder(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("FIFO");
        SimpleConsumer consumer = grpc.simpleConsumer(grpc.group(true), topic);
        Producer producer = grpc.producer(topic);
        List<String> bodies = IntStream.range(0, 40).mapToObj(number -> "message " + number).toList();
        for (String body : bodies) {
            producer.send(GrpcFixture.message(topic, body).setMessageGroup("one").build());
        }
        Check.equal(bodies, GrpcFixture.receiveBodies(consumer, bodies.size()), "order");
    }

    @Scenario("a message for later is received by gRPC when its time has come, and never when it was recalled")
    static void later(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("DELAY");
        SimpleConsumer consumer = grpc.simpleConsumer(fixture.group(), topic);
        Producer producer = grpc.producer(topic);
        long begin = System.currentTimeMillis();
        SendReceipt recalled =
            producer.send(GrpcFixture.message(topic, "recalled").setDeliveryTimestamp(begin + 8_000).build());
        producer.recallMessage(topic, recalled.getRecallHandle());
        for (int seconds : new int[] {10, 3}) {
            long due = begin + seconds * 1_000L;
            producer.send(GrpcFixture.message(topic, "after " + seconds).setDeliveryTimestamp(due).build());
        }
        List<MessageView> received = GrpcFixture.receive(consumer, 2);
        Check.equal(
            List.of("after 3", "after 10"), received.stream().map(GrpcFixture::bodyOf).toList(), "what came, in its order");
        Check.that(System.currentTimeMillis() >= begin + 10_000, "the last one came too early");
        Check.equal(begin + 3_000, received.get(0).getDeliveryTimestamp().orElse(0L), "delivery timestamp");
    }

    @Scenario("a gRPC transaction is seen when it is committed, not when it is rolled back, and is asked about when left open")
    static void transactions(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("TRANSACTION");
        SimpleConsumer consumer = grpc.simpleConsumer(fixture.group(), topic);
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        Producer producer = grpc.started(grpc.producerBuilder(topic).setTransactionChecker(message -> {
            String body = GrpcFixture.bodyOf(message);
            asked.add(body);
            return body.equals("rolled back") ? TransactionResolution.ROLLBACK : TransactionResolution.COMMIT;
        }).build());
        for (String body : List.of("committed", "rolled back", "left open")) {
            Transaction transaction = producer.beginTransaction();
            producer.send(GrpcFixture.plain(topic, body), transaction);
            if (body.equals("committed")) {
                transaction.commit();
            } else if (body.equals("rolled back")) {
                transaction.rollback();
            }
        }
        // A broker that is slow to note an end asks in vain, and what was committed comes twice: Java's does.
        Set<String> received = new HashSet<>();
        Check.eventuallyTrue("both messages", () -> {
            received.addAll(GrpcFixture.receiveBodies(consumer, 1));
            return received.size() > 1;
        });
        Check.equal(Set.of("committed", "left open"), received, "what came");
        Check.that(asked.contains("left open"), "nobody was asked about the open transaction, but about " + asked);
    }

    @Scenario("a body of 4 MiB goes through gRPC, and one byte more is refused")
    static void largeBody(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("NORMAL");
        SimpleConsumer consumer = grpc.simpleConsumer(fixture.group(), topic);
        Producer producer = grpc.producer(topic);
        byte[] body = new byte[LARGE_BODY_BYTES];
        new Random(1).nextBytes(body);
        producer.send(GrpcFixture.message(topic, "x").setBody(body).build());
        Check.equal(ByteBuffer.wrap(body), GrpcFixture.receive(consumer, 1).get(0).getBody(), "body");
        byte[] larger = new byte[LARGE_BODY_BYTES + 1];
        Check.fails(
            Exception.class, () -> producer.send(GrpcFixture.message(topic, "x").setBody(larger).build()));
    }

    @Scenario("a message that does not fit its topic is refused by gRPC")
    static void wrongType(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("FIFO");
        Producer producer = grpc.producer(topic);
        Check.fails(Exception.class, () -> producer.send(GrpcFixture.plain(topic, "of no group")));
    }

    @Scenario(value = "tens of thousands of messages are each received once by gRPC", alone = true)
    static void many(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("NORMAL");
        SimpleConsumer consumer = grpc.simpleConsumer(fixture.group(), topic);
        Producer producer = grpc.producer(topic);
        for (int sent = 0; sent < MANY; sent += SENDS_AT_ONCE) {
            List<CompletableFuture<SendReceipt>> sends = IntStream.range(sent, Math.min(MANY, sent + SENDS_AT_ONCE))
                .mapToObj(number -> producer.sendAsync(GrpcFixture.plain(topic, "message " + number)))
                .toList();
            CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).join();
        }
        List<String> received = new ArrayList<>();
        while (received.size() < MANY) {
            List<MessageView> messages = consumer.receive(32, Duration.ofMinutes(5));
            Check.that(!messages.isEmpty(), "nothing came after " + received.size());
            List<CompletableFuture<Void>> acks = messages.stream().map(consumer::ackAsync).toList();
            CompletableFuture.allOf(acks.toArray(CompletableFuture[]::new)).join();
            messages.forEach(message -> received.add(GrpcFixture.bodyOf(message)));
        }
        Check.equal(MANY, new HashSet<>(received).size(), "different messages of " + received.size());
    }

    @Scenario("what is sent in plain text is received over TLS on the same port, and the other way round")
    static void overTls(Fixture fixture) throws Exception {
        for (boolean tlsSends : new boolean[] {true, false}) {
            GrpcFixture sender = new GrpcFixture(fixture).tls(tlsSends);
            String topic = sender.topic("NORMAL");
            SimpleConsumer consumer = new GrpcFixture(fixture).tls(!tlsSends).simpleConsumer(fixture.group(), topic);
            sender.producer(topic).send(GrpcFixture.plain(topic, "tls sends: " + tlsSends));
            Check.equal(List.of("tls sends: " + tlsSends), GrpcFixture.receiveBodies(consumer, 1), "what came");
        }
    }
}
