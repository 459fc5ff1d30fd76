package conformance;

import static conformance.Fixture.message;

import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.protocol.NamespaceUtil;

@SuppressWarnings("deprecation")
final class NamespaceScenarios {
    private NamespaceScenarios() {
    }

    @Scenario("clients of two namespaces use one topic name without meeting")
    static void apart(Fixture f) throws Exception {
        String topic = Fixture.unique("Topic");
        String group = f.group();
        Inbox[] inboxes = {new Inbox(), new Inbox()};
        for (int number = 0; number < 2; number++) {
            String namespace = Fixture.unique("Space");
            String wrapped = NamespaceUtil.wrapNamespace(namespace, topic);
            f.admin.createAndUpdateTopicConfig(f.brokerAddress(), new TopicConfig(wrapped, 1, 1));
            f.awaitRoute(wrapped);
            Inbox inbox = inboxes[number];
            f.pushConsumer(group, consumer -> {
                consumer.setNamespace(namespace);
                consumer.subscribe(topic, "*");
                consumer.setMessageListener(inbox);
            });
            DefaultMQProducer producer = f.producer(settings -> settings.setNamespace(namespace));
            producer.send(message(topic, "body of " + number));
        }
        for (int number = 0; number < 2; number++) {
            inboxes[number].awaitInOrder(List.of("body of " + number));
            Check.equal(topic, inboxes[number].all().get(0).getTopic(), "topic as the consumer sees it");
        }
    }
}
