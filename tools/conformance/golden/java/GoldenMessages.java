import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.compression.CompressorFactory;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.common.message.MessageId;
import org.apache.rocketmq.common.message.MessageVersion;
import org.apache.rocketmq.store.MessageExtEncoder;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** Messages as they are stored and sent, and the small codes in and around them. */
final class GoldenMessages {
    private final Random random = new Random(GoldenBytes.SEED + 1);

    Map<String, Object> all() throws Exception {
        return GoldenBytes.object("stored", stored(), "batches", batches(), "propertyTexts", propertyTexts(),
            "messageIds", messageIds(), "uniqueIds", uniqueIds(), "hashCodes", hashCodes(), "crcs", crcs(),
            "compressed", compressed());
    }

    private List<Object> stored() throws Exception {
        MessageStoreConfig config = new MessageStoreConfig();
        config.setMaxMessageSize(1 << 20);
        MessageExtEncoder encoder = new MessageExtEncoder(config);
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            MessageExtBrokerInner message = message(i);
            encoder.encode(message);
            ByteBuffer buffer = encoder.getEncoderBuffer();
            byte[] record = new byte[buffer.getInt(0)];
            buffer.get(record);
            records.add(describe(message, place(message, record)));
        }
        return records;
    }

    private MessageExtBrokerInner message(int i) throws Exception {
        MessageExtBrokerInner message = new MessageExtBrokerInner();
        boolean isV2 = i % 4 == 3;
        message.setTopic(isV2 ? "%RETRY%" + "g".repeat(121 + random.nextInt(120)) : "Topic_" + random.nextInt(1000));
        message.setVersion(isV2 ? MessageVersion.MESSAGE_VERSION_V2 : MessageVersion.MESSAGE_VERSION_V1);
        message.setQueueId(random.nextInt(1 << (i % 20)));
        message.setFlag(random.nextInt());
        message.setBornTimestamp(1700000000000L + random.nextInt());
        message.setBornHost(host(i % 3 == 1));
        message.setStoreHost(host(i % 5 == 2));
        if (i % 3 == 1) {
            message.setBornHostV6Flag();
        }
        if (i % 5 == 2) {
            message.setStoreHostAddressV6Flag();
        }
        message.setSysFlag(message.getSysFlag() | (random.nextInt(8) << 8) | random.nextInt(16));
        message.setReconsumeTimes(random.nextInt(17));
        message.setPreparedTransactionOffset(i % 2 == 0 ? 0 : random.nextLong() >>> 12);
        message.setQueueOffset(random.nextLong() >>> 16);
        message.setCommitLogOffset(random.nextLong() >>> 12);
        message.setStoreTimestamp(1700000000000L + random.nextInt());
        byte[] body = new byte[random.nextInt(i % 7 == 0 ? 1 : 200)];
        random.nextBytes(body);
        message.setBody(body);
        message.setBodyCRC(UtilAll.crc32(body));
        message.setPropertiesString(i % 6 == 0 ? "" : MessageDecoder.messageProperties2String(properties()));
        return message;
    }

    /** What CommitLog fills in when it knows where the record goes. */
    private static byte[] place(MessageExtBrokerInner message, byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record);
        buffer.putLong(20, message.getQueueOffset());
        buffer.putLong(28, message.getCommitLogOffset());
        boolean isV6 = (message.getSysFlag() & 0x10) != 0;
        buffer.putLong(48 + (isV6 ? 20 : 8), message.getStoreTimestamp());
        MessageExt decoded = MessageDecoder.decode(ByteBuffer.wrap(record), true, false);
        if (decoded.getStoreTimestamp() != message.getStoreTimestamp() || decoded.getQueueOffset() != message.getQueueOffset()) {
            throw new IllegalStateException("the record does not read back");
        }
        return record;
    }

    private static Object describe(MessageExtBrokerInner message, byte[] record) {
        return GoldenBytes.object("topic", message.getTopic(), "queueId", message.getQueueId(), "flag", message.getFlag(),
            "sysFlag", message.getSysFlag(), "bornTimestamp", message.getBornTimestamp(),
            "bornHost", GoldenBytes.hex(bytes(message.getBornHostBytes())), "reconsumeTimes", message.getReconsumeTimes(),
            "preparedTransactionOffset", message.getPreparedTransactionOffset(), "body", GoldenBytes.hex(message.getBody()),
            "properties", message.getPropertiesString(), "queueOffset", message.getQueueOffset(),
            "physicalOffset", message.getCommitLogOffset(), "storeTimestamp", message.getStoreTimestamp(),
            "storeHost", GoldenBytes.hex(bytes(message.getStoreHostBytes())), "bodyCrc", message.getBodyCRC(),
            "record", GoldenBytes.hex(record));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private InetSocketAddress host(boolean isV6) throws Exception {
        byte[] address = new byte[isV6 ? 16 : 4];
        random.nextBytes(address);
        if (isV6) {
            address[0] = 0x20;
        }
        return new InetSocketAddress(InetAddress.getByAddress(address), 1 + random.nextInt(65534));
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            properties.put("KEY" + i, GoldenBytes.randomText(random, 20).replaceAll("[\u0001\u0002]", "") + "v");
        }
        return properties;
    }

    private List<Object> batches() {
        List<Object> batches = new ArrayList<>();
        for (int i = 1; i < 12; i++) {
            List<Message> messages = new ArrayList<>();
            List<Object> items = new ArrayList<>();
            for (int j = 0; j < i; j++) {
                byte[] body = new byte[random.nextInt(60)];
                random.nextBytes(body);
                Message message = new Message("T", body);
                message.setFlag(random.nextInt());
                properties().forEach((key, value) -> message.putUserProperty(key, value.isBlank() ? "x" : value));
                messages.add(message);
                items.add(GoldenBytes.object("flag", message.getFlag(), "body", GoldenBytes.hex(body),
                    "properties", MessageDecoder.messageProperties2String(message.getProperties())));
            }
            batches.add(GoldenBytes.object("items", items, "batch", GoldenBytes.hex(MessageDecoder.encodeMessages(messages))));
        }
        return batches;
    }

    private List<Object> propertyTexts() {
        List<Object> texts = new ArrayList<>();
        for (String text : List.of("", "a", "a\u0001", "\u0001b", "a\u0001b", "a\u0001b\u0002", "a\u0001\u0002", "\u0001b\u0002",
            "a\u0001b\u0002a\u0001c\u0002", "a\u0001b\u0001c\u0002", "\u0002\u0002a\u0001b\u0002", "a\u0002b\u0001c\u0002",
            "ab\u0001c\u0002d\u0001", "TAGS\u0001标签\u0002KEYS\u0001k1 k2\u0002", "a\u0001b\u0002\u0002c\u0001d", "aa\u0001\u0002a\u0001b",
            "\u0001\u0001\u0001\u0002", "a\u0001\u0001\u0002")) {
            texts.add(GoldenBytes.object("text", text, "properties", MessageDecoder.string2messageProperties(text)));
        }
        return texts;
    }

    private List<Object> messageIds() throws Exception {
        List<Object> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            InetSocketAddress host = host(i % 2 == 1);
            long offset = random.nextLong() >>> (11 + i);
            ByteBuffer address = ByteBuffer.allocate(i % 2 == 1 ? 28 : 16);
            ByteBuffer hostBytes = ByteBuffer.allocate(i % 2 == 1 ? 20 : 8);
            hostBytes.put(host.getAddress().getAddress()).putInt(host.getPort()).flip();
            String id = MessageDecoder.createMessageId(address, hostBytes, offset);
            MessageId decoded = MessageDecoder.decodeMessageId(id);
            if (decoded.getOffset() != offset) {
                throw new IllegalStateException("the id does not read back");
            }
            ids.add(GoldenBytes.object("id", id, "storeHost", GoldenBytes.hex(hostBytes.array()), "physicalOffset", offset));
        }
        return ids;
    }

    /** What Java reads in an id of its own; the month's begin is in UTC. */
    private List<Object> uniqueIds() {
        List<Object> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String id = MessageClientIDSetter.createUniqID();
            ids.add(GoldenBytes.object("id", id, "pid", MessageClientIDSetter.getPidFromID(id),
                "ip", MessageClientIDSetter.getIPStrFromID(id), "timeMs", MessageClientIDSetter.getNearlyTimeFromID(id).getTime()));
        }
        return ids;
    }

    private List<Object> hashCodes() {
        List<Object> codes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String text = i == 0 ? "" : GoldenBytes.randomText(random, 40);
            codes.add(GoldenBytes.object("text", text, "hashCode", text.hashCode()));
        }
        return codes;
    }

    private List<Object> crcs() {
        List<Object> crcs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            byte[] bytes = new byte[i * i];
            random.nextBytes(bytes);
            crcs.add(GoldenBytes.object("bytes", GoldenBytes.hex(bytes), "crc", UtilAll.crc32(bytes)));
        }
        return crcs;
    }

    private List<Object> compressed() throws Exception {
        List<Object> bodies = new ArrayList<>();
        byte[] noise = new byte[300];
        random.nextBytes(noise);
        byte[] repeated = "RocketMQ ".repeat(3000).getBytes();
        for (CompressionType type : CompressionType.values()) {
            for (byte[] body : List.of(noise, repeated)) {
                byte[] bytes = CompressorFactory.getCompressor(type).compress(body, 5);
                bodies.add(GoldenBytes.object("type", type.name(), "sysFlag", type.getCompressionFlag(),
                    "body", body == noise ? GoldenBytes.hex(noise) : null, "compressed", GoldenBytes.hex(bytes)));
            }
        }
        return bodies;
    }
}
