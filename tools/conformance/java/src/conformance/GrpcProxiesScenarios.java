package conformance;

import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/** What takes a proxy that is a process of its own, or two of them. */
final class GrpcProxiesScenarios {
    private GrpcProxiesScenarios() {
    }

    @Scenario("a group behind two proxies gets every message once, whichever it was sent through")
    static void twoProxies(Fixture fixture) throws Exception {
        String topic = new GrpcFixture(fixture).topic("NORMAL");
        String group = fixture.group();
        Queue<String> received = new ConcurrentLinkedQueue<>();
        for (int proxy = 0; proxy < 2; proxy++) {
            new GrpcFixture(fixture, proxy).pushConsumer(group, topic, message -> {
                received.add(GrpcFixture.bodyOf(message));
                return ConsumeResult.SUCCESS;
            });
        }
        Set<String> sent = new HashSet<>();
        for (int proxy = 0; proxy < 2; proxy++) {
            Producer producer = new GrpcFixture(fixture, proxy).producer(topic);
            for (int number = 0; number < 100; number++) {
                String body = "message " + number + " of proxy " + proxy;
                producer.send(GrpcFixture.plain(topic, body));
                sent.add(body);
            }
        }
        Check.eventually("every message", () -> received.size() >= sent.size());
        Check.equal(sent, new HashSet<>(received), "what came");
        Check.equal(sent.size(), received.size(), "how often");
    }

    @Scenario(value = "a proxy that is started anew serves the gRPC clients that were connected", alone = true)
    static void restart(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("TRANSACTION");
        Queue<String> received = new ConcurrentLinkedQueue<>();
        grpc.pushConsumer(fixture.group(), topic, message -> {
            received.add(GrpcFixture.bodyOf(message));
            return ConsumeResult.SUCCESS;
        });
        Producer producer = grpc.started(
            grpc.producerBuilder(topic).setTransactionChecker(message -> TransactionResolution.COMMIT).build());
        List<String> rounds = IntStream.range(0, 2).mapToObj(round -> "round " + round).toList();
        for (String body : rounds) {
            Check.eventuallyTrue("a send", () -> {
                Transaction transaction = producer.beginTransaction(); // left open: the producer is asked
                producer.send(GrpcFixture.plain(topic, body), transaction);
                return true;
            });
            Check.eventually(body, () -> received.contains(body));
            if (body.equals(rounds.get(0))) {
                fixture.driver.restartProxy();
            }
        }
    }
}
