package conformance;

import org.apache.rocketmq.remoting.protocol.body.Connection;

/** What our proxy does and Java's does not; the README says why. */
final class GrpcOursScenarios {
    private GrpcOursScenarios() {
    }

    @Scenario("admin tools see the gRPC clients behind a proxy")
    static void seen(Fixture fixture) throws Exception {
        GrpcFixture grpc = new GrpcFixture(fixture);
        String topic = grpc.topic("NORMAL");
        String group = fixture.group();
        grpc.simpleConsumer(group, topic);
        grpc.producer(topic);
        Check.eventuallyTrue("two consumers", () -> {
            var connections = fixture.admin.examineConsumerConnectionInfo(group).getConnectionSet();
            return connections.stream().map(Connection::getClientId).distinct().count() == 2;
        });
        Check.eventuallyTrue("a producer",
            () -> fixture.admin.examineProducerConnectionInfo(topic, topic).getConnectionSet().size() == 1);
    }
}
