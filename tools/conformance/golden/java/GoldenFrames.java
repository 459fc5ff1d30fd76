import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.remoting.protocol.LanguageCode;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.SerializeType;

/** Whole frames as Java writes them, and JSON headers of all spellings with what Java reads in them. */
final class GoldenFrames {
    private final Random random = new Random(GoldenBytes.SEED);

    Map<String, Object> all() throws Exception {
        return GoldenBytes.object("written", written(), "read", read());
    }

    private List<Object> written() {
        List<Object> frames = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            RemotingCommand command = RemotingCommand.createRequestCommand(random.nextInt(i % 2 == 0 ? 400 : 32768), null);
            command.setLanguage(LanguageCode.values()[random.nextInt(LanguageCode.values().length)]);
            command.setVersion(random.nextInt(613));
            command.setOpaque(random.nextInt());
            command.setFlag(random.nextInt(4));
            command.setRemark(random.nextInt(3) == 0 ? GoldenBytes.randomText(random, 40) : null);
            command.setExtFields(extFields(random.nextInt(4) - 1));
            byte[] body = random.nextBoolean() ? GoldenBytes.utf8(GoldenBytes.randomText(random, 60)) : null;
            command.setBody(body);
            SerializeType type = i % 2 == 0 ? SerializeType.JSON : SerializeType.ROCKETMQ;
            command.setSerializeTypeCurrentRPC(type);
            ByteBuffer frame = command.encode();
            frames.add(GoldenBytes.object("code", command.getCode(), "language", command.getLanguage().name(),
                "version", command.getVersion(), "opaque", command.getOpaque(), "flag", command.getFlag(),
                "remark", command.getRemark(), "extFields", command.getExtFields(), "body", GoldenBytes.hex(body),
                "serializeType", (int) type.getCode(), "frame", GoldenBytes.hex(bytes(frame))));
        }
        return frames;
    }

    /** Null for a negative count. */
    private HashMap<String, String> extFields(int count) {
        if (count < 0) {
            return null;
        }
        HashMap<String, String> fields = new HashMap<>();
        for (int i = 0; i < count; i++) {
            fields.put("k" + GoldenBytes.randomText(random, 6), GoldenBytes.randomText(random, 30));
        }
        return fields;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private List<Object> read() {
        List<Object> headers = new ArrayList<>();
        for (String text : SPELLINGS) {
            headers.add(readHeader(text));
        }
        return headers;
    }

    private static Object readHeader(String text) {
        byte[] header = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(4 + header.length).putInt(header.length).put(header);
        frame.flip();
        try {
            RemotingCommand command = RemotingCommand.decode(frame);
            String language = command.getLanguage() == null ? null : command.getLanguage().name();
            return GoldenBytes.object("header", text, "accepted", true, "code", command.getCode(), "language", language,
                "version", command.getVersion(), "opaque", text.contains("opaque") ? command.getOpaque() : 0,
                "flag", command.getFlag(), "remark", command.getRemark(), "extFields", command.getExtFields());
        } catch (Exception e) {
            return GoldenBytes.object("header", text, "accepted", false);
        }
    }

    private static final String[] SPELLINGS = {
        "{\"code\":310,\"flag\":0,\"language\":\"JAVA\",\"opaque\":7,\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}",
        "{\"code\":310,\"extFields\":{},\"opaque\":7}",
        "{\"code\":310,\"extFields\":null,\"opaque\":7,\"remark\":null,\"language\":null}",
        "{\"code\":310,\"extFields\":{\"a\":1,\"b\":true,\"c\":null,\"d\":\"x\",\"e\":1.5,\"f\":12345678901234567890},\"opaque\":7}",
        "{ \"code\" : 310 , \"opaque\" : 7 , \"extFields\" : { \"a\" : \"b\" } , \"flag\" : 1 }",
        "\t{\n\"code\":310,\r\n\"opaque\":7}\n ",
        "{'code':310,'opaque':7,'extFields':{'a':'b\"c'}}",
        "{\"code\":310,\"opaque\":7,}",
        "{\"code\":310,\"opaque\":7,\"extFields\":{\"a\":\"b\",}}",
        "{\"code\":\"310\",\"opaque\":\"7\",\"flag\":\"1\",\"version\":\"5\"}",
        "{\"code\":\"\",\"opaque\":7}",
        "{\"code\":null,\"opaque\":7,\"flag\":null}",
        "{\"code\":3.7,\"opaque\":7}",
        "{\"code\":-3.7,\"opaque\":7}",
        "{\"code\":1e1,\"opaque\":7}",
        "{\"code\":true,\"opaque\":7}",
        "{\"code\":false,\"opaque\":7}",
        "{\"code\":4294967296,\"opaque\":7}",
        "{\"code\":2147483647,\"opaque\":-2147483648}",
        "{\"code\":2147483648,\"opaque\":7}",
        "{\"code\":\"x\",\"opaque\":7}",
        "{\"code\":\"4294967296\",\"opaque\":7}",
        "{\"code\":NaN,\"opaque\":7}",
        "{\"code\":[],\"opaque\":7}",
        "{\"code\":{},\"opaque\":7}",
        "{\"code\":007,\"opaque\":7}",
        "{\"code\":+7,\"opaque\":7}",
        "{\"code\":-0,\"opaque\":7}",
        "{code:310,opaque:7}",
        "{\"code\":1,\"code\":2,\"opaque\":7}",
        "{\"Code\":310,\"opaque\":7}",
        "{\"opaque\":7}",
        "{}",
        "",
        " ",
        "[]",
        "null",
        "7",
        "\"text\"",
        "{\"code\":310,\"opaque\":7",
        "{\"code\":310,\"opaque\":7}}",
        "{\"code\":310,\"opaque\":7} x",
        "{\"code\":310,\"opaque\":7}{\"code\":311}",
        "{\"code\":310 \"opaque\":7}",
        "{\"code\":310,,\"opaque\":7}",
        "{,\"code\":310,\"opaque\":7}",
        "{\"code\"310,\"opaque\":7}",
        "{\"code\":310,\"opaque\":7,\"language\":\"go\"}",
        "{\"code\":310,\"opaque\":7,\"language\":\"Node_Js\"}",
        "{\"code\":310,\"opaque\":7,\"language\":\"KOTLIN\"}",
        "{\"code\":310,\"opaque\":7,\"language\":9}",
        "{\"code\":310,\"opaque\":7,\"language\":99}",
        "{\"code\":310,\"opaque\":7,\"language\":\"9\"}",
        "{\"code\":310,\"opaque\":7,\"language\":\"\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"a\\u0001\\u4e2d\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"raw \u0001 \u0002 \t and \n\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"\\x41\\'\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"\\v\\0\\a\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"\\uZZZZ\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":\"\\u12\"}",
        "{\"code\":310,\"opaque\":7,\"remark\":12}",
        "{\"code\":310,\"opaque\":7,\"remark\":true}",
        "{\"code\":310,\"opaque\":7,\"remark\":[1,\"a\"]}",
        "{\"code\":310,\"opaque\":7,\"remark\":{\"a\":1}}",
        "{\"code\":310,\"opaque\":7,\"extFields\":{1:2}}",
        "{\"code\":310,\"opaque\":7,\"extFields\":{a:2}}",
        "{\"code\":310,\"opaque\":7,\"extFields\":{\"a\":{\"b\":1}}}",
        "{\"code\":310,\"opaque\":7,\"extFields\":{\"a\":[1,2]}}",
        "{\"code\":310,\"opaque\":7,\"extFields\":[]}",
        "{\"code\":310,\"opaque\":7,\"extFields\":\"\"}",
        "{\"code\":310,\"opaque\":7,\"extFields\":\"x\"}",
        "{\"code\":310,\"opaque\":7,\"extFields\":7}",
        "{\"code\":310,\"opaque\":7,\"extFields\":{\"\":\"empty\",\"b\":\"\"}}",
        "{\"code\":310,\"opaque\":7,\"unknown\":{\"deep\":[1,{\"er\":null}]},\"flag\":1}",
        "{\"code\":310,\"opaque\":7,\"@type\":\"x.Y\"}",
        "{\"code\":310,/* comment */\"opaque\":7}",
        "{\"code\":/* comment */310,\"opaque\":7}",
        "{\"code\":310,// comment\n\"opaque\":7}",
        "/* comment */{\"code\":310,\"opaque\":7}",
        "{\"code\":310,\"opaque\":7,\"body\":\"x\",\"suspended\":true,\"onewayRPC\":true,\"type\":\"REQUEST_COMMAND\"}",
        "{\"code\":310,\"opaque\":7,\"customHeader\":{}}",
    };
}
