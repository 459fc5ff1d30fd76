package conformance;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.broker.filter.MessageEvaluationContext;
import org.apache.rocketmq.filter.FilterFactory;
import org.apache.rocketmq.filter.expression.Expression;

/** Says what Java's filter makes of the cases on its stdin, a line of JSON each: a verdict per line. */
public final class SelectorJudge {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder out = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.append('"').append(verdictOf(JSON.parseObject(line))).append("\"\n");
        }
        System.out.print(out);
        System.out.flush();
    }

    private static String verdictOf(JSONObject selectorCase) {
        Map<String, String> properties = new HashMap<>();
        selectorCase.getJSONObject("properties").forEach((name, value) -> properties.put(name, (String) value));
        Expression expression;
        try {
            expression = FilterFactory.INSTANCE.get("SQL92").compile(selectorCase.getString("expression"));
        } catch (Exception e) {
            return "REFUSED";
        }
        try {
            return String.valueOf(expression.evaluate(new MessageEvaluationContext(properties)));
        } catch (Throwable e) {
            return "FAILED";
        }
    }
}
