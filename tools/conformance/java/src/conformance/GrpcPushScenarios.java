package conformance;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.producer.Producer;

/** What gRPC push consumers get, and get again. */
final class GrpcPushScenarios {
    private GrpcPushScenarios() {
    }

    @Scenario("what a gRPC push consumer fails with comes again, and is a dead letter after the last attempt")
    static void deadLetters(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("NORMAL");
        String group = grpc.group(false);
        Queue<String> attempts = new ConcurrentLinkedQueue<>();
        grpc.pushConsumer(group, topic, message -> {
            String body = GrpcFixture.bodyOf(message);
            attempts.add(body + " " + message.getDeliveryAttempt());
            return body.equals("bad") ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
        });
        Producer producer = grpc.producer(topic);
        producer.send(GrpcFixture.plain(topic, "bad"));
        producer.send(GrpcFixture.plain(topic, "good"));
        awaitDeadLetter(fixture, group, "bad");
        Check.equal(List.of("bad 1", "bad 2", "good 1"), attempts.stream().sorted().toList(), "attempts");
    }

    @Scenario("a gRPC push consumer in order gets the next message when the one before is done, or a dead letter")
    static void deadLettersInOrder(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("FIFO");
        String group = grpc.group(true);
        Queue<String> attempts = new ConcurrentLinkedQueue<>();
        grpc.pushConsumer(group, topic, message -> {
            String body = GrpcFixture.bodyOf(message);
            attempts.add(body);
            return body.equals("2 bad") ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS;
        });
        Producer producer = grpc.producer(topic);
        for (String body : List.of("1", "2 bad", "3", "4")) {
            producer.send(GrpcFixture.message(topic, body).setMessageGroup("one").build());
        }
        Check.eventually("the last message", () -> attempts.contains("4"));
        Check.equal(List.of("1", "2 bad", "2 bad", "3", "4"), List.copyOf(attempts), "attempts");
        awaitDeadLetter(fixture, group, "2 bad");
    }

    private static void awaitDeadLetter(Fixture fixture, String group, String body) throws Exception {
        Check.eventuallyTrue("a dead letter", () -> {
            List<String> bodies =
                fixture.readAll("%DLQ%" + group).stream().map(message -> new String(message.getBody())).toList();
            return bodies.equals(List.of(body));
        });
    }
}
