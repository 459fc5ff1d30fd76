import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONWriter;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.filter.util.BitsArray;
import org.apache.rocketmq.filter.util.BloomFilter;
import org.apache.rocketmq.store.ConsumeQueueExt;

/** Units with and without bit maps, and the files that Java's ConsumeQueueExt puts them into. */
public final class GoldenExtUnits {
    private static final int FILE_BYTES = 120;
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("ext-units");
        ConsumeQueueExt ext = new ConsumeQueueExt("TopicA", 0, folder.toString(), FILE_BYTES, 64);
        BloomFilter bloom = BloomFilter.createByFn(20, 32);
        List<Object> units = new ArrayList<>();
        for (int index = 0; index < 12; index++) {
            List<String> words = Arrays.asList("GSQL#T1", "GroupB#T1", "消费组#主题").subList(0, index % 4);
            BitsArray bits = BitsArray.create(bloom.getM());
            words.forEach(word -> bloom.hashTo(word, bits));
            byte[] bitMap = index % 3 == 2 ? null : bits.bytes();
            long tagsCode = index * 1_000_000_007L - 5_000_000_000L;
            long storeTimestamp = 1_795_367_021_616L + index;
            Map<String, Object> unit = new LinkedHashMap<>();
            unit.put("tagsCode", tagsCode);
            unit.put("storeTimestamp", storeTimestamp);
            unit.put("words", words);
            unit.put("bitMap", bitMap == null ? "" : HEX.formatHex(bitMap));
            unit.put("address", String.valueOf(ext.put(new ConsumeQueueExt.CqExtUnit(tagsCode, storeTimestamp, bitMap))));
            units.add(unit);
        }
        ext.flush(0);
        Map<String, String> files = new TreeMap<>();
        for (File file : new File(folder.toFile(), "TopicA/0").listFiles()) {
            files.put(file.getName(), HEX.formatHex(Files.readAllBytes(file.toPath())));
        }
        ext.destroy();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("fileBytes", FILE_BYTES);
        all.put("units", units);
        all.put("files", files);
        Files.writeString(Path.of(args[0]), JSON.toJSONString(all, JSONWriter.Feature.PrettyFormat).replace("\t", " ") + "\n");
    }
}
