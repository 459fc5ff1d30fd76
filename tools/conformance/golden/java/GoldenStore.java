import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExtBatch;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.PutMessageResult;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.stats.BrokerStatsManager;

/**
 * A whole store of Java's with what is rare in others: property CRCs, ext units, inner batches, long topics. Its files are
 * small, so that each kind has several. Once as it is while it works, as a kill leaves it, and once as it is stopped.
 */
final class GoldenStore {
    private static final String LONG_TOPIC = "%RETRY%" + "g".repeat(150);
    private final Path root = Files.createTempDirectory("golden-store");
    private final MessageStoreConfig config = new MessageStoreConfig();

    GoldenStore() throws Exception {
        config.setStorePathRootDir(root.toString());
        config.setStorePathCommitLog(root.resolve("commitlog").toString());
        config.setMappedFileSizeCommitLog(8192);
        config.setMappedFileSizeConsumeQueue(20 * 10);
        config.setMappedFileSizeConsumeQueueExt(100);
        config.setMapperFileSizeBatchConsumeQueue(46 * 4);
        config.setEnabledAppendPropCRC(true);
        config.setForceVerifyPropCRC(true);
        config.setEnableConsumeQueueExt(true);
        config.setMessageIndexEnable(false);
        config.setHaListenPort(0);
    }

    Map<String, Object> all() throws Exception {
        ConcurrentHashMap<String, TopicConfig> topics = new ConcurrentHashMap<>();
        TopicConfig batches = new TopicConfig("TopicBatch", 1, 1);
        batches.getAttributes().put("queue.type", "BatchCQ");
        topics.put("TopicBatch", batches);
        DefaultMessageStore store = new DefaultMessageStore(config, new BrokerStatsManager("golden", true),
            (topic, queueId, offset, tagsCode, time, bitMap, properties) -> { }, new BrokerConfig(), topics);
        store.load();
        store.start();
        putAll(store);
        while (store.dispatchBehindBytes() > 0) {
            Thread.sleep(10);
        }
        Thread.sleep(2000);
        Map<String, Object> killed = files();
        store.shutdown();
        Map<String, Object> stopped = files();
        UtilAll.deleteFile(root.toFile());
        return GoldenBytes.object("killed", killed, "stopped", stopped);
    }

    private void putAll(DefaultMessageStore store) throws Exception {
        for (int i = 0; i < 25; i++) {
            put(store.putMessage(message("TopicA", i % 2, "TAGS\u0001tag" + i + "\u0002UNIQ_KEY\u0001u" + i + "\u0002")));
            put(store.putMessage(inner(1 + i % 5, i)));
            put(store.putMessage(message("TopicBatch", 0, "TAGS\u0001t" + i + "\u0002")));
        }
        put(store.putMessage(message("TopicA", 0, "")));
        put(store.putMessage(message("TopicA", 0, "a\u0001without end")));
        put(store.putMessage(message("TopicA", 0, "a\u0001b\u0002__CRC32#\u00010123456789\u0002c\u0001d\u0002")));
        put(store.putMessage(message(LONG_TOPIC, 0, "TAGS\u0001long\u0002")));
        put(store.putMessages((MessageExtBatch) fill(outer(), "TopicA", 1)));
    }

    private static void put(PutMessageResult result) {
        if (!result.isOk()) {
            throw new IllegalStateException(result.toString());
        }
    }

    private static MessageExtBrokerInner message(String topic, int queueId, String properties) {
        MessageExtBrokerInner message = fill(new MessageExtBrokerInner(), topic, queueId);
        message.setBody(("body of " + properties).getBytes(StandardCharsets.UTF_8));
        MessageAccessor.setProperties(message, MessageDecoder.string2messageProperties(properties));
        message.setPropertiesString(properties);
        return message;
    }

    /** As the broker makes it of a batch for a topic of batches. */
    private static MessageExtBrokerInner inner(int count, int i) {
        MessageExtBatch batch = (MessageExtBatch) fill(new MessageExtBatch(), "TopicBatch", 0);
        batch.setBody(items(count, "inner " + i));
        batch.setSysFlag(MessageSysFlag.NEED_UNWRAP_FLAG | MessageSysFlag.INNER_BATCH_FLAG);
        batch.setInnerBatch(true);
        batch.putUserProperty("user", "v" + i);
        MessageAccessor.putProperty(batch, "UNIQ_KEY", "b" + i);
        MessageAccessor.putProperty(batch, "INNER_NUM", String.valueOf(count));
        batch.setPropertiesString(MessageDecoder.messageProperties2String(batch.getProperties()));
        return batch;
    }

    private static MessageExtBatch outer() {
        MessageExtBatch batch = new MessageExtBatch();
        batch.setBody(items(3, "outer"));
        return batch;
    }

    private static byte[] items(int count, String name) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Message message = new Message("any", "tag" + i, (name + " " + i).getBytes(StandardCharsets.UTF_8));
            messages.add(message);
        }
        return MessageDecoder.encodeMessages(messages);
    }

    private static MessageExtBrokerInner fill(MessageExtBrokerInner message, String topic, int queueId) {
        message.setTopic(topic);
        message.setQueueId(queueId);
        message.setBornTimestamp(1700000000000L);
        message.setBornHost(new InetSocketAddress("10.0.0.7", 54666));
        message.setStoreHost(new InetSocketAddress("127.0.0.1", 10911));
        return message;
    }

    /** The files by name, each deflated and in Base64. */
    private Map<String, Object> files() throws Exception {
        Map<String, Object> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).collect(Collectors.toList())) {
                String name = root.relativize(path).toString();
                if (name.matches("(commitlog|consumequeue|consumequeue_ext|batchconsumequeue)/.*|checkpoint|abort")) {
                    files.put(name, deflated(Files.readAllBytes(path)));
                }
            }
        }
        return files;
    }

    private static String deflated(byte[] bytes) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9, true))) {
            deflater.write(bytes);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }
}
