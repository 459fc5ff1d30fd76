package conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;

final class RebalanceScenarios {
    private RebalanceScenarios() {
    }

    @Scenario("queues are shared out anew when a consumer joins or leaves, and each message is consumed by the owner")
    static void joinAndLeave(Fixture f) throws Exception {
        DefaultMQProducer producer = f.producer();
        String topic = f.topic(8);
        String group = f.group();
        Member one = Member.join(f, group, topic);
        expectShares(f, producer, topic, 1, List.of(one), 8);
        Member two = Member.join(f, group, topic);
        expectShares(f, producer, topic, 2, List.of(one, two), 4, 4);
        Member three = Member.join(f, group, topic);
        expectShares(f, producer, topic, 3, List.of(one, two, three), 2, 3, 3);
        two.consumer.shutdown();
        expectShares(f, producer, topic, 4, List.of(one, three), 4, 4);
        one.consumer.shutdown();
        expectShares(f, producer, topic, 5, List.of(three), 8);
    }

    @Scenario("the broker tells the members of a group at once when one joins or leaves")
    static void notices(Fixture f) throws Exception {
        String topic = f.topic(2);
        String group = f.group();
        Member stays = Member.join(f, group, topic);
        int alone = stays.notices.get();
        Member comes = Member.join(f, group, topic);
        Check.eventually("a notice of who came", () -> stays.notices.get() > alone);
        int together = stays.notices.get();
        comes.consumer.shutdown();
        Check.eventually("a notice of who left", () -> stays.notices.get() > together);
    }

    /**
     * Waits for the shares, then sends to every queue and waits until each message was consumed, once, by the queue's
     * owner, and the broker knows it: who takes a queue over begins where the one before has committed.
     */
    private static void expectShares(Fixture f, DefaultMQProducer producer, String topic, int round,
        List<Member> members, Integer... shares) throws Exception {
        Check.eventually("shares " + List.of(shares) + " in round " + round, () -> {
            List<Integer> sizes = members.stream().map(member -> member.queues(topic).size()).sorted().toList();
            Set<MessageQueue> all = new HashSet<>();
            members.forEach(member -> all.addAll(member.queues(topic)));
            return sizes.equals(List.of(shares)) && all.size() == 8;
        });
        List<Integer> before = members.stream().map(member -> member.inbox.all().size()).toList();
        List<String> bodies = Fixture.sendNumbered(producer, topic, "round-" + round, 40);
        Check.eventually("all messages of round " + round, () ->
            newest(members, before).map(Inbox::body).distinct().count() == 40);
        List<String> consumed = new ArrayList<>(newest(members, before).map(Inbox::body).sorted().toList());
        Check.equal(bodies.stream().sorted().toList(), consumed, "messages of round " + round);
        for (int index = 0; index < members.size(); index++) {
            Set<Integer> owned = new HashSet<>();
            members.get(index).queues(topic).forEach(queue -> owned.add(queue.getQueueId()));
            newest(List.of(members.get(index)), List.of(before.get(index))).forEach(message ->
                Check.that(owned.contains(message.getQueueId()), "consumed by who does not own the queue: " + message));
        }
        String group = members.get(0).consumer.getConsumerGroup();
        Check.eventuallyTrue("committed offsets of round " + round, () ->
            f.admin.examineConsumeStats(group, topic).computeTotalDiff() == 0);
    }

    private static Stream<MessageExt> newest(List<Member> members, List<Integer> before) {
        return Stream.iterate(0, index -> index < members.size(), index -> index + 1)
            .flatMap(index -> members.get(index).inbox.all().stream().skip(before.get(index)));
    }

    private record Member(DefaultMQPushConsumer consumer, Inbox inbox, AtomicInteger notices) {
        static Member join(Fixture f, String group, String topic) throws Exception {
            Inbox inbox = new Inbox();
            AtomicInteger notices = new AtomicInteger();
            DefaultMQPushConsumer consumer = f.pushConsumer(group, topic, "*", inbox);
            consumer.getDefaultMQPushConsumerImpl().getmQClientFactory().getMQClientAPIImpl().getRemotingClient()
                .registerRPCHook(countingNotices(notices));
            return new Member(consumer, inbox, notices);
        }

        /** The client hands requests of the broker to its hooks too. */
        private static RPCHook countingNotices(AtomicInteger notices) {
            return new RPCHook() {
                @Override
                public void doBeforeRequest(String address, RemotingCommand request) {
                    if (request.getCode() == RequestCode.NOTIFY_CONSUMER_IDS_CHANGED) {
                        notices.incrementAndGet();
                    }
                }

                @Override
                public void doAfterResponse(String address, RemotingCommand request, RemotingCommand response) {
                }
            };
        }

        Set<MessageQueue> queues(String topic) {
            Set<MessageQueue> queues = new HashSet<>(
                consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl().getProcessQueueTable().keySet());
            queues.removeIf(queue -> !queue.getTopic().equals(topic));
            return queues;
        }
    }
}
