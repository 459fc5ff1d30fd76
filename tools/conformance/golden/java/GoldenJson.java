import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How fastjson2 writes texts and numbers. */
final class GoldenJson {
    Map<String, Object> all() {
        return GoldenBytes.object("escapedUnits", escapedUnits(), "texts", texts(), "doubles", doubles(),
            "standard", standard(), "pretty", pretty());
    }

    /** Every UTF-16 unit that is not written as it is, with what is written. */
    private Map<String, Object> escapedUnits() {
        Map<String, Object> escaped = new LinkedHashMap<>();
        for (int unit = 0; unit <= 0xffff; unit++) {
            String text = String.valueOf((char) unit);
            byte[] written = JSON.toJSONBytes(text, StandardCharsets.UTF_8);
            if (!new String(written, StandardCharsets.UTF_8).equals("\"" + text + "\"")) {
                String shown = new String(written, StandardCharsets.UTF_8);
                if (unit < 0xd800 || unit == 0xd800 || unit == 0xdbff || unit == 0xdc00 || unit == 0xdfff || unit > 0xdfff) {
                    escaped.put(Integer.toHexString(unit), shown);
                }
            }
        }
        return escaped;
    }

    private List<Object> texts() {
        Random random = new Random(GoldenBytes.SEED + 2);
        List<Object> texts = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            String text = GoldenBytes.randomText(random, 80);
            texts.add(GoldenBytes.object("text", text, "json", new String(JSON.toJSONBytes(text, StandardCharsets.UTF_8), StandardCharsets.UTF_8)));
        }
        return texts;
    }

    private List<Object> doubles() {
        Random random = new Random(GoldenBytes.SEED + 3);
        List<Object> doubles = new ArrayList<>();
        List<Double> values = new ArrayList<>(List.of(0.0, -0.0, 1.0, -1.0, 0.1, 1.5, 100.0, 1234567.0, 9999999.0, 1.0E7, 12345678.9,
            1.0E-3, 9.99E-4, 1.0E-5, 1e16, 1e17, 1e21, 1e22, 1.7976931348623157E308, 4.9E-324, 123456789012345680.0, 1.0 / 3, 2e-3,
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        for (int i = 0; i < 60; i++) {
            values.add(Math.scalb(random.nextDouble() * 2 - 1, random.nextInt(120) - 50));
        }
        for (double value : values) {
            doubles.add(GoldenBytes.object("bits", Long.toHexString(Double.doubleToRawLongBits(value)), "json", JSON.toJSONString(value)));
        }
        return doubles;
    }

    private List<Object> standard() {
        Map<Object, Object> numbers = new LinkedHashMap<>();
        for (long key : new long[] {10L, 2L, -1L, 0L, 9007199254740993L}) {
            numbers.put(key, key);
        }
        numbers.put(5L, 9007199254740992L);
        numbers.put(6L, 9007199254740991L);
        numbers.put(7L, -9007199254740992L);
        Map<Object, Object> texts = new LinkedHashMap<>();
        for (String key : List.of("b", "a", "ab", "B", "中", "10", "9")) {
            texts.put(key, key);
        }
        List<Object> all = new ArrayList<>();
        for (Map<Object, Object> map : List.of(numbers, texts)) {
            List<Object> entries = new ArrayList<>();
            map.forEach((key, value) -> entries.add(List.of(key instanceof String ? key : String.valueOf(key), String.valueOf(value))));
            all.add(GoldenBytes.object("isNumbers", map == numbers, "entries", entries,
                "standard", JSON.toJSONString(map, JSONWriter.Feature.BrowserCompatible, JSONWriter.Feature.MapSortField),
                "compact", JSON.toJSONString(map)));
        }
        return all;
    }

    private Map<String, Object> pretty() {
        Map<String, Object> value = GoldenBytes.object("empty", new LinkedHashMap<>(), "list", List.of(), "texts", List.of("a", "b"),
            "numbers", List.of(1, 2), "maps", List.of(GoldenBytes.object("a", 1), GoldenBytes.object()), "lists", List.of(List.of(1), List.of()),
            "flag", true, "nothing", null, "double", 1.0, "keys", Map.of(7, GoldenBytes.object("x", List.of(3L))));
        return GoldenBytes.object("compact", JSON.toJSONString(value), "pretty", JSON.toJSONString(value, JSONWriter.Feature.PrettyFormat));
    }
}
