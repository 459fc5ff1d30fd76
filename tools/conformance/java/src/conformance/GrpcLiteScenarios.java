package conformance;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.LitePushConsumer;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.java.exception.LiteSubscriptionQuotaExceededException;

/** Lite topics: consumers say at any time which children of a topic they want. */
final class GrpcLiteScenarios {
    private static final int LITE_TOPICS = 20;

    private GrpcLiteScenarios() {
    }

    private static MessageListener into(Queue<String> inbox) {
        return message -> {
            inbox.add(message.getLiteTopic().orElse("none") + " " + GrpcFixture.bodyOf(message));
            return ConsumeResult.SUCCESS;
        };
    }

    @Scenario("a lite consumer gets the messages of the lite topics that it subscribes to, and of no others")
    static void chosen(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        Queue<String> inbox = new ConcurrentLinkedQueue<>();
        LitePushConsumer consumer = grpc.litePushConsumer(grpc.liteGroup(topic, Map.of()), topic, into(inbox));
        Producer producer = grpc.producer(topic);
        List<String> names = Stream.iterate(0, number -> number + 1).limit(LITE_TOPICS).map(number -> "l-" + number).toList();
        for (String name : names) {
            consumer.subscribeLite(name);
        }
        Check.equal(new TreeSet<>(names), new TreeSet<>(consumer.getLiteTopicSet()), "what it has subscribed to");
        Set<String> sent = new TreeSet<>();
        for (int round = 0; round < 3; round++) {
            producer.send(GrpcFixture.lite(topic, "not-wanted", "round " + round));
            for (String name : names) {
                producer.send(GrpcFixture.lite(topic, name, "round " + round));
                sent.add(name + " round " + round);
            }
        }
        Check.eventually("every message of them", () -> inbox.size() >= sent.size());
        Check.equal(sent, new TreeSet<>(inbox), "what came");
        Check.equal(sent.size(), inbox.size(), "how often");
    }

    @Scenario("a lite consumer gets nothing of a lite topic any more from which it has unsubscribed")
    static void unsubscribed(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        Queue<String> inbox = new ConcurrentLinkedQueue<>();
        LitePushConsumer consumer = grpc.litePushConsumer(grpc.liteGroup(topic, Map.of()), topic, into(inbox));
        Producer producer = grpc.producer(topic);
        consumer.subscribeLite("goes");
        consumer.subscribeLite("stays");
        producer.send(GrpcFixture.lite(topic, "goes", "before"));
        Check.eventually("the first message", () -> inbox.contains("goes before"));
        consumer.unsubscribeLite("goes");
        producer.send(GrpcFixture.lite(topic, "goes", "after"));
        producer.send(GrpcFixture.lite(topic, "stays", "after"));
        Check.eventually("what it still wants", () -> inbox.contains("stays after"));
        Check.equal(List.of("goes before", "stays after"), List.copyOf(inbox), "what came");
    }

    @Scenario("a lite message that its consumer fails with comes again, and is given up after the last attempt")
    static void failing(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
        String group = grpc.liteGroup(topic, Map.of());
        LitePushConsumer consumer = grpc.litePushConsumer(group, topic, message -> {
            attempts.add(message.getDeliveryAttempt());
            return ConsumeResult.FAILURE;
        });
        consumer.subscribeLite("l");
        Producer producer = grpc.producer(topic);
        producer.send(GrpcFixture.lite(topic, "l", "fails"));
        Check.eventually("both attempts", () -> attempts.size() >= 2);
        Check.eventuallyTrue("a dead letter",
            () -> fixture.admin.examineTopicStats("%DLQ%" + group).getOffsetTable().values().stream()
                .mapToLong(offset -> offset.getMaxOffset()).sum() == 1);
        // Java's broker puts the dead letter into the lite topic again: its first attempt there would be a third.
        Check.equal(List.of(1, 2), List.copyOf(attempts).subList(0, 2), "the attempts");
    }

    @Scenario("an exclusive lite topic moves to the consumer that subscribes last, and the other is told")
    static void exclusive(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        String group = grpc.liteGroup(topic, Map.of("+lite.sub.model", "Exclusive"));
        Queue<String> firstInbox = new ConcurrentLinkedQueue<>();
        Queue<String> secondInbox = new ConcurrentLinkedQueue<>();
        LitePushConsumer first = grpc.litePushConsumer(group, topic, into(firstInbox));
        LitePushConsumer second = new GrpcFixture(fixture, GrpcFixture.ENDPOINTS.length - 1)
            .litePushConsumer(group, topic, into(secondInbox));
        Producer producer = grpc.producer(topic);
        first.subscribeLite("mine");
        producer.send(GrpcFixture.lite(topic, "mine", "for the first"));
        Check.eventually("its message", () -> firstInbox.contains("mine for the first"));
        second.subscribeLite("mine");
        Check.eventually("the first has lost it", () -> first.getLiteTopicSet().isEmpty());
        producer.send(GrpcFixture.lite(topic, "mine", "for the second"));
        Check.eventually("its message", () -> secondInbox.contains("mine for the second"));
        Check.equal(List.of("mine for the first"), List.copyOf(firstInbox), "what the first got");
    }

    @Scenario("a lite consumer that leaves has its lite topics no more, and another gets what is left")
    static void leaving(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        String group = grpc.liteGroup(topic, Map.of());
        Queue<String> inbox = new ConcurrentLinkedQueue<>();
        LitePushConsumer first = grpc.litePushConsumer(group, topic, message -> ConsumeResult.SUCCESS);
        first.subscribeLite("l");
        first.close();
        LitePushConsumer second = grpc.litePushConsumer(group, topic, into(inbox));
        second.subscribeLite("l");
        Producer producer = grpc.producer(topic);
        List<String> bodies = List.of("one", "two", "three");
        for (String body : bodies) {
            producer.send(GrpcFixture.lite(topic, "l", body));
        }
        Check.eventually("all of them", () -> inbox.size() >= bodies.size());
        Check.equal(Set.of("l one", "l two", "l three"), Set.copyOf(inbox), "what came");
    }

    @Scenario("a lite consumer may subscribe to as many lite topics as its group allows")
    static void quota(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        String group = grpc.liteGroup(topic, Map.of("+lite.sub.client.quota", "2"));
        LitePushConsumer consumer = grpc.litePushConsumer(group, topic, message -> ConsumeResult.SUCCESS);
        consumer.subscribeLite("a");
        consumer.subscribeLite("b");
        Check.fails(LiteSubscriptionQuotaExceededException.class, () -> {
            consumer.subscribeLite("c");
            return null;
        });
    }

    @Scenario("a lite consumer does not start in a group that is not bound to its topic, nor a plain one in a lite group")
    static void wrongGroup(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("LITE");
        String other = grpc.topic("LITE");
        Check.fails(Exception.class, () -> grpc.litePushConsumer(grpc.group(false), topic, message -> ConsumeResult.SUCCESS));
        Check.fails(Exception.class,
            () -> grpc.litePushConsumer(grpc.liteGroup(other, Map.of()), topic, message -> ConsumeResult.SUCCESS));
        Check.fails(Exception.class, () -> {
            grpc.pushConsumer(grpc.liteGroup(topic, Map.of()), topic, message -> ConsumeResult.SUCCESS);
            return null;
        });
    }

    @Scenario("a message without a lite topic is refused on a topic for lite ones, and a lite one on another")
    static void wrongType(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String lite = grpc.topic("LITE");
        String normal = grpc.topic("NORMAL");
        Producer producer = grpc.producer(lite, normal);
        Check.fails(Exception.class, () -> producer.send(GrpcFixture.plain(lite, "plain")));
        Check.fails(Exception.class, () -> producer.send(GrpcFixture.lite(normal, "l", "lite")));
    }
}
