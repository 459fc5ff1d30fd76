import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** In which of so many queues Java's proxy puts the messages of a group: Guava's consistent hash of String.hashCode. */
final class GoldenConsistentHash {
    private static final int[] BUCKETS = {1, 2, 3, 4, 7, 8, 16, 33, 128, 1024};

    public static void main(String[] args) throws Exception {
        List<String> texts = new ArrayList<>(List.of("groupA", "order-1", "user_42", "你好", "polygenelubricants", "", "a", "\u0000", "\uD83D\uDE00"));
        Random random = new Random(42);
        while (texts.size() < 100) {
            texts.add(Long.toString(random.nextLong(), 36));
        }
        List<String> rows = new ArrayList<>();
        for (String text : texts) {
            List<String> chosen = new ArrayList<>();
            for (int buckets : BUCKETS) {
                chosen.add(Integer.toString(Hashing.consistentHash(text.hashCode(), buckets)));
            }
            rows.add("  [\"" + escaped(text) + "\", [" + String.join(", ", chosen) + "]]");
        }
        List<String> buckets = new ArrayList<>();
        for (int count : BUCKETS) {
            buckets.add(Integer.toString(count));
        }
        String json = "{\n\"buckets\": [" + String.join(", ", buckets) + "],\n\"rows\": [\n" + String.join(",\n", rows) + "\n]\n}\n";
        Files.write(Path.of(args[0]), json.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            out.append(c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }
}
