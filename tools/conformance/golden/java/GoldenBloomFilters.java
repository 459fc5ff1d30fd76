import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.filter.util.BloomFilter;

/** Which bits Java's bloom filters of several shapes have for words of every length. */
public final class GoldenBloomFilters {
    public static void main(String[] args) throws Exception {
        List<Object> filters = new ArrayList<>();
        for (int f : new int[] {1, 5, 10, 20, 33, 50, 80, 99}) {
            for (int n : new int[] {1, 2, 32, 64, 1000}) {
                BloomFilter filter = BloomFilter.createByFn(f, n);
                Map<String, int[]> bits = new LinkedHashMap<>();
                bits.put("GSQL#T1", filter.calcBitPositions("GSQL#T1"));
                bits.put("消费组#主题", filter.calcBitPositions("消费组#主题"));
                for (int length = 0; length < 36; length += n == 32 ? 1 : 17) {
                    String word = "group-of-consumers#TopicOfMessages-01".substring(0, length);
                    bits.put(word, filter.calcBitPositions(word));
                }
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("f", f);
                one.put("n", n);
                one.put("k", filter.getK());
                one.put("m", filter.getM());
                one.put("bits", bits);
                filters.add(one);
            }
        }
        Files.writeString(Path.of(args[0]), JSON.toJSONString(filters, JSONWriter.Feature.PrettyFormat) + "\n");
    }
}
