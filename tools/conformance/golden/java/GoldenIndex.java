import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONWriter;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.index.IndexFile;
import org.apache.rocketmq.store.stats.BrokerStatsManager;

/** A CommitLog and the index files that Java's store makes of it, and hashes of keys: into the file that is the only argument. */
public final class GoldenIndex {
    private static final int SLOTS = 37;
    private static final int ENTRIES = 40;
    private static final int LOG_FILE_BYTES = 8192;

    private final Random random = new Random(GoldenBytes.SEED);

    private GoldenIndex() {
    }

    public static void main(String[] args) throws Exception {
        String text = JSON.toJSONString(new GoldenIndex().all(), JSONWriter.Feature.PrettyFormat);
        Files.write(Path.of(args[0]), (text.replace("\t", " ") + "\n").getBytes(StandardCharsets.UTF_8));
        System.exit(0);
    }

    private Map<String, Object> all() throws Exception {
        return GoldenBytes.object("slotCount", SLOTS, "entryCountMax", ENTRIES, "logFileBytes", LOG_FILE_BYTES,
            "store", store(), "keyHashes", keyHashes());
    }

    private List<Object> keyHashes() throws Exception {
        Path folder = Files.createTempDirectory("golden-index");
        try {
            IndexFile file = new IndexFile(folder.resolve("1").toString(), SLOTS, ENTRIES, 0, 0);
            List<String> keys = new ArrayList<>(List.of("TopicTest#KEY1", "", "polygenelubricants", "GA#T#TagA"));
            for (int i = 0; i < 400; i++) {
                keys.add(GoldenBytes.randomText(random, 40));
            }
            List<Object> hashes = new ArrayList<>();
            for (String key : keys) {
                hashes.add(List.of(key, file.indexKeyHashMethod(key)));
            }
            file.destroy(0);
            return hashes;
        } finally {
            remove(folder);
        }
    }

    private Map<String, Object> store() throws Exception {
        Path folder = Files.createTempDirectory("golden-index");
        try {
            MessageStoreConfig config = new MessageStoreConfig();
            config.setStorePathRootDir(folder.toString());
            config.setStorePathCommitLog(folder.resolve("commitlog").toString());
            config.setMappedFileSizeCommitLog(LOG_FILE_BYTES);
            config.setMaxHashSlotNum(SLOTS);
            config.setMaxIndexNum(ENTRIES);
            config.setHaListenPort(0);
            DefaultMessageStore store = new DefaultMessageStore(config, new BrokerStatsManager("c", false),
                (topic, queueId, offset, tags, time, bits, properties) -> { }, new BrokerConfig(), new ConcurrentHashMap<>());
            store.load();
            store.start();
            for (int i = 0; i < 40; i++) {
                store.putMessage(message(i));
                if (i == 4 || i == 20) {
                    Thread.sleep(1_300); // entries count in seconds
                }
            }
            while (store.dispatchBehindBytes() > 0) {
                Thread.sleep(10);
            }
            long end = store.getMaxPhyOffset();
            store.shutdown();
            return GoldenBytes.object("logEndOffset", end, "commitLog", files(folder.resolve("commitlog")),
                "index", files(folder.resolve("index")));
        } finally {
            remove(folder);
        }
    }

    private MessageExtBrokerInner message(int number) throws Exception {
        MessageExtBrokerInner message = new MessageExtBrokerInner();
        message.setTopic(number % 9 == 8 ? "%RETRY%" + "g".repeat(130) : number % 5 == 4 ? "Topic主题" : "TopicA");
        message.setQueueId(number % 3);
        message.setBody(new byte[number % 7 * 10 + 1]);
        InetAddress address = InetAddress.getByName(number % 6 == 5 ? "fd00::7" : "10.0.0.7");
        message.setBornHost(new InetSocketAddress(address, 54_000));
        message.setStoreHost(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 10_911));
        if (number % 6 == 5) {
            message.setBornHostV6Flag();
        }
        message.setSysFlag(message.getSysFlag() | transaction(number));
        if (number % 4 != 3) {
            MessageAccessor.putProperty(message, "UNIQ_KEY", String.format("AC11000100010000000000000000%04X", number));
        }
        String[] keys = {"K1 K2", " spaced  out ", "schlüssel 键 😀", "", "same same", null};
        if (keys[number % keys.length] != null) {
            MessageAccessor.putProperty(message, "KEYS", keys[number % keys.length]);
        }
        String[] tags = {"TagA", "Täg 😀", null, "a || b"};
        if (tags[number % tags.length] != null) {
            MessageAccessor.putProperty(message, "TAGS", tags[number % tags.length]);
        }
        MessageAccessor.putProperty(message, "user", GoldenBytes.randomText(random, 20).replaceAll("[\\u0001\\u0002]", ""));
        message.setPropertiesString(MessageDecoder.messageProperties2String(message.getProperties()));
        return message;
    }

    private static int transaction(int number) {
        switch (number % 11) {
            case 3: return MessageSysFlag.TRANSACTION_PREPARED_TYPE;
            case 6: return MessageSysFlag.TRANSACTION_COMMIT_TYPE;
            case 9: return MessageSysFlag.TRANSACTION_ROLLBACK_TYPE;
            default: return MessageSysFlag.TRANSACTION_NOT_TYPE;
        }
    }

    /** In the order of their names. */
    private static List<Object> files(Path folder) throws Exception {
        File[] files = folder.toFile().listFiles();
        Arrays.sort(files);
        List<Object> contents = new ArrayList<>();
        for (File file : files) {
            contents.add(GoldenBytes.hex(Files.readAllBytes(file.toPath())));
        }
        return contents;
    }

    private static void remove(Path folder) throws Exception {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
