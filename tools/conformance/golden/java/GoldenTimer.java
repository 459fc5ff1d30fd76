import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONWriter;
import java.io.File;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.common.producer.RecallMessageHandle;
import org.apache.rocketmq.store.timer.Slot;
import org.apache.rocketmq.store.timer.TimerCheckpoint;
import org.apache.rocketmq.store.timer.TimerLog;
import org.apache.rocketmq.store.timer.TimerWheel;

/** The files of the timer as Java's own classes write them, into the file that is the argument. */
public final class GoldenTimer {
    private static final int SLOTS = 7 * 86_400;
    private static final int LOG_FILE_BYTES = 300;
    private static final long WRITE_TIME = 1_700_000_000_000L;

    private GoldenTimer() {
    }

    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory("golden-timer");
        Object timer = GoldenBytes.object("units", unitsAndFiles(root), "logFiles", files(root.resolve("timerlog")),
            "wheel", wheel(root), "checkpoint", checkpoint(root), "recallHandles", handles());
        String text = JSON.toJSONString(timer, JSONWriter.Feature.PrettyFormat);
        Path file = Paths.get(args[0]);
        Files.createDirectories(file.getParent());
        Files.write(file, (text.replace("\t", " ") + "\n").getBytes(StandardCharsets.UTF_8));
        System.exit(0);
    }

    /** Two chains, and more units than a file has room for. */
    private static List<Object> unitsAndFiles(Path root) {
        TimerLog log = new TimerLog(root.resolve("timerlog").toString(), LOG_FILE_BYTES);
        log.load();
        List<Object> units = new ArrayList<>();
        long[] last = {-1, -1};
        for (int i = 0; i < 12; i++) {
            int magic = i % 4 == 3 ? 5 : i % 5 == 4 ? 3 : 1;
            int delay = 5_000 + i % 2 * 1_000;
            String topic = i % 3 == 0 ? "TopicA" : "%RETRY%GroupA";
            ByteBuffer unit = ByteBuffer.allocate(TimerLog.UNIT_SIZE);
            unit.putInt(TimerLog.UNIT_SIZE).putLong(last[i % 2]).putInt(magic).putLong(WRITE_TIME).putInt(delay)
                .putLong((1L << 40) + i * 300L).putInt(300 + i).putInt(topic.hashCode()).putLong(0);
            long position = log.append(unit.array());
            units.add(GoldenBytes.object("position", position, "prevPosition", last[i % 2], "magic", magic,
                "writeTimeMs", WRITE_TIME, "slotTimeMs", WRITE_TIME + delay, "physicalOffset", (1L << 40) + i * 300L,
                "recordBytes", 300 + i, "topic", topic));
            last[i % 2] = position;
        }
        log.shutdown();
        return units;
    }

    private static List<Object> files(Path folder) throws Exception {
        List<Object> files = new ArrayList<>();
        String[] names = folder.toFile().list();
        java.util.Arrays.sort(names);
        for (String name : names) {
            files.add(GoldenBytes.object("name", name, "bytes", GoldenBytes.hex(Files.readAllBytes(folder.resolve(name)))));
        }
        return files;
    }

    /** Slots at both ends of the file, one that was taken twice, and what Java reads of them. */
    private static Object wheel(Path root) throws Exception {
        File file = root.resolve("timerwheel").toFile();
        TimerWheel wheel = new TimerWheel(file.getPath(), SLOTS, 1000);
        long lap = SLOTS * 2 * 1000L;
        long begin = WRITE_TIME - WRITE_TIME % lap + lap;
        long[] times = {begin, begin + lap - 1000, begin + 5_000, WRITE_TIME, WRITE_TIME + 999, WRITE_TIME + 1_000, WRITE_TIME + lap};
        List<Object> puts = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            wheel.putSlot(times[i], i * 52L, (1L << 33) + i * 52L, i - 1, 0);
            puts.add(GoldenBytes.object("timeMs", times[i], "firstPosition", i * 52L, "lastPosition", (1L << 33) + i * 52L, "count", i - 1));
        }
        wheel.flush();
        List<Object> slots = new ArrayList<>();
        for (long time : times) {
            Slot slot = wheel.getSlot(time);
            slots.add(GoldenBytes.object("timeMs", time, "found", slot.timeMs, "firstPosition", slot.firstPos,
                "lastPosition", slot.lastPos, "count", slot.num));
        }
        List<Object> bytes = new ArrayList<>();
        try (RandomAccessFile raw = new RandomAccessFile(file, "r")) {
            byte[] slot = new byte[Slot.SIZE];
            for (long at = 0; at < raw.length(); at += Slot.SIZE) {
                raw.readFully(slot);
                if (!java.util.Arrays.equals(slot, new byte[Slot.SIZE])) {
                    bytes.add(GoldenBytes.object("at", at, "bytes", GoldenBytes.hex(slot)));
                }
            }
        }
        return GoldenBytes.object("fileBytes", file.length(), "puts", puts, "slots", slots, "bytes", bytes);
    }

    private static Object checkpoint(Path root) throws Exception {
        Path file = root.resolve("timercheck");
        TimerCheckpoint checkpoint = new TimerCheckpoint(file.toString());
        checkpoint.setLastReadTimeMs(WRITE_TIME);
        checkpoint.setLastTimerLogFlushPos(1L << 34);
        checkpoint.setLastTimerQueueOffset(77);
        checkpoint.setMasterTimerQueueOffset(88);
        checkpoint.getDataVersion().setStateVersion(3);
        checkpoint.getDataVersion().setTimestamp(WRITE_TIME + 5);
        checkpoint.getDataVersion().getCounter().set(9);
        checkpoint.flush();
        byte[] encoded = TimerCheckpoint.encode(checkpoint).array();
        byte[] onDisk = Files.readAllBytes(file);
        return GoldenBytes.object("encoded", GoldenBytes.hex(encoded), "fileBytes", onDisk.length,
            "head", GoldenBytes.hex(java.util.Arrays.copyOf(onDisk, 64)));
    }

    private static List<Object> handles() {
        List<Object> handles = new ArrayList<>();
        for (String topic : new String[] {"TopicA", "A", "To-p_ic", "T\u4e2d"}) {
            handles.add(GoldenBytes.object("topic", topic, "brokerName", "broker-a", "timestamp", "1700000003001",
                "messageId", "7F0000010000A3B7", "handle",
                RecallMessageHandle.HandleV1.buildHandle(topic, "broker-a", "1700000003001", "7F0000010000A3B7")));
        }
        return handles;
    }
}
