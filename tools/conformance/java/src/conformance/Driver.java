package conformance;

import com.alibaba.fastjson2.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The program that started this one and owns the servers. We write a line of JSON to it for each thing it must know; what
 * we ask of it, it answers with one line on our standard input.
 */
final class Driver {
    private final PrintStream out;
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    /** Takes standard output for itself: whatever else prints, prints to standard error from now on. */
    Driver() {
        out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
    }

    void tell(Map<String, ?> what) {
        synchronized (out) {
            out.println(JSON.toJSONString(what));
        }
    }

    /** The next line of the driver, or null at the end. */
    Map<String, Object> next() throws IOException {
        String line = in.readLine();
        return line == null ? null : JSON.parseObject(line);
    }

    void stopBroker() {
        ask("stop broker");
    }

    void startBroker() {
        ask("start broker");
    }

    void killBroker() {
        ask("kill broker");
    }

    void restartNameServer() {
        ask("restart NameServer");
    }

    void restartProxy() {
        ask("restart proxy");
    }

    void killNameServerAndProxy() {
        ask("kill a NameServer and a proxy");
    }

    private void ask(String what) {
        tell(Map.of("ask", what));
        try {
            Map<String, Object> answer = next();
            Check.that(answer != null && what.equals(answer.get("done")), what + " failed: " + answer);
        } catch (IOException failure) {
            throw new AssertionError(what, failure);
        }
    }
}
