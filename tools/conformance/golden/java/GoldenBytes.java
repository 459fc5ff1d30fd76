import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes one JSON file per kind of bytes into the folder that is the first argument, a store into the second. */
public final class GoldenBytes {
    static final int SEED = 20260101;

    private GoldenBytes() {
    }

    public static void main(String[] args) throws Exception {
        Path folder = Paths.get(args[0]);
        Files.createDirectories(folder);
        write(folder, "frames.json", new GoldenFrames().all());
        write(folder, "headers.json", new GoldenHeaders().all());
        write(folder, "messages.json", new GoldenMessages().all());
        write(folder, "bodies.json", new GoldenBodies().all());
        write(folder, "fast-json.json", new GoldenJson().all());
        write(folder, "pop.json", new GoldenPop().all());
        write(Paths.get(args[1]), "rare-kinds.json", new GoldenStore().all());
        System.exit(0);
    }

    private static void write(Path folder, String name, Object value) throws Exception {
        String text = JSON.toJSONString(value, JSONWriter.Feature.PrettyFormat, JSONWriter.Feature.WriteNulls);
        Files.write(folder.resolve(name), (text.replace("\t", " ") + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** An object with its members in the order given: name, value, name, value, … */
    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    static String hex(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        StringBuilder hex = new StringBuilder(bytes.length * 2);
        for (byte b : bytes) {
            hex.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return hex.toString();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final List<String> ALPHABETS = List.of(
        "abcXYZ019_-%|", "äöü€中文标签", "\u0001\u0002\"\\/\b\f\n\r\t\u001f\u007f", "😀🚀𝒳", "\u2028\u2029\ufeff\uffff<>&'");

    /** A text of up to `lengthMax` characters, of one or several alphabets; well-formed. */
    static String randomText(Random random, int lengthMax) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(lengthMax + 1);
        for (int i = 0; i < length; i++) {
            String alphabet = ALPHABETS.get(random.nextInt(3) == 0 ? random.nextInt(ALPHABETS.size()) : 0);
            int[] points = alphabet.codePoints().toArray();
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }
}
