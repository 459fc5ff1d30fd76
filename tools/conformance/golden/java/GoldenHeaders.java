import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.BoundaryType;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.SerializeType;

/** One frame of each kind for every header class, its fields filled with values that differ. */
final class GoldenHeaders {
    private static final String PACKAGE = "org.apache.rocketmq.remoting.protocol.header.";
    /** Code, header class. */
    private static final String[][] HEADERS = {
        {"327", "namesrv.AddWritePermOfBrokerRequestHeader"},
        {"904", "namesrv.BrokerHeartbeatRequestHeader"},
        {"314", "CloneGroupOffsetRequestHeader"},
        {"309", "ConsumeMessageDirectlyResultRequestHeader"},
        {"36", "ConsumerSendMsgBackRequestHeader"},
        {"17", "CreateTopicRequestHeader"},
        {"102", "namesrv.DeleteKVConfigRequestHeader"},
        {"207", "DeleteSubscriptionGroupRequestHeader"},
        {"215", "DeleteTopicRequestHeader"},
        {"216", "namesrv.DeleteTopicFromNamesrvRequestHeader"},
        {"37", "EndTransactionRequestHeader"},
        {"201", "GetAllSubscriptionGroupRequestHeader"},
        {"21", "GetAllTopicConfigRequestHeader"},
        {"901", "GetBrokerMemberGroupRequestHeader"},
        {"208", "GetConsumeStatsRequestHeader"},
        {"317", "GetConsumeStatsInBrokerHeader"},
        {"203", "GetConsumerConnectionListRequestHeader"},
        {"38", "GetConsumerListByGroupRequestHeader"},
        {"307", "GetConsumerRunningInfoRequestHeader"},
        {"223", "GetConsumerStatusRequestHeader"},
        {"32", "GetEarliestMsgStoretimeRequestHeader"},
        {"101", "namesrv.GetKVConfigRequestHeader"},
        {"219", "namesrv.GetKVListByNamespaceRequestHeader"},
        {"30", "GetMaxOffsetRequestHeader"},
        {"31", "GetMinOffsetRequestHeader"},
        {"204", "GetProducerConnectionListRequestHeader"},
        {"105", "namesrv.GetRouteInfoRequestHeader"},
        {"352", "GetSubscriptionGroupConfigRequestHeader"},
        {"351", "GetTopicConfigRequestHeader"},
        {"202", "GetTopicStatsInfoRequestHeader"},
        {"224", "GetTopicsByClusterRequestHeader"},
        {"40", "NotifyConsumerIdsChangedRequestHeader"},
        {"905", "NotifyMinBrokerIdChangeRequestHeader"},
        {"11", "PullMessageRequestHeader"},
        {"11", "PullMessageResponseHeader"},
        {"100", "namesrv.PutKVConfigRequestHeader"},
        {"321", "QueryConsumeQueueRequestHeader"},
        {"303", "QueryConsumeTimeSpanRequestHeader"},
        {"14", "QueryConsumerOffsetRequestHeader"},
        {"308", "QueryCorrectionOffsetHeader"},
        {"322", "namesrv.QueryDataVersionRequestHeader"},
        {"12", "QueryMessageRequestHeader"},
        {"345", "QuerySubscriptionByConsumerRequestHeader"},
        {"300", "QueryTopicConsumeByWhoRequestHeader"},
        {"343", "QueryTopicsByConsumerRequestHeader"},
        {"103", "namesrv.RegisterBrokerRequestHeader"},
        {"217", "namesrv.RegisterTopicRequestHeader"},
        {"222", "ResetOffsetRequestHeader"},
        {"323", "ResumeCheckHalfMessageRequestHeader"},
        {"29", "SearchOffsetRequestHeader"},
        {"10", "SendMessageRequestHeader"},
        {"310", "SendMessageRequestHeaderV2"},
        {"310", "SendMessageResponseHeader"},
        {"104", "namesrv.UnRegisterBrokerRequestHeader"},
        {"35", "UnregisterClientRequestHeader"},
        {"15", "UpdateConsumerOffsetRequestHeader"},
        {"353", "UpdateGroupForbiddenRequestHeader"},
        {"315", "ViewBrokerStatsDataRequestHeader"},
        {"33", "ViewMessageRequestHeader"},
        {"205", "namesrv.WipeWritePermOfBrokerRequestHeader"},
        {"370", "RecallMessageRequestHeader"},
    };

    private int count;

    List<Object> all() throws Exception {
        List<Object> headers = new ArrayList<>();
        for (String[] header : HEADERS) {
            Class<?> type = Class.forName(PACKAGE + header[1]);
            CommandCustomHeader value = (CommandCustomHeader) type.getDeclaredConstructor().newInstance();
            Map<String, Object> fields = fill(type, value);
            headers.add(GoldenBytes.object("class", type.getSimpleName(), "code", Integer.parseInt(header[0]), "fields", fields,
                "json", frame(header[0], value, SerializeType.JSON), "binary", frame(header[0], value, SerializeType.ROCKETMQ)));
        }
        return headers;
    }

    private Map<String, Object> fill(Class<?> type, Object header) throws Exception {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Class<?> c = type; c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || fields.containsKey(field.getName())) {
                    continue;
                }
                field.setAccessible(true);
                field.set(header, valueOf(field));
                fields.put(field.getName(), String.valueOf(field.get(header)));
            }
        }
        return fields;
    }

    private Object valueOf(Field field) {
        count++;
        Class<?> type = field.getType();
        if (type == String.class) {
            return field.getName().equals("i") || field.getName().equals("properties")
                ? "UNIQ_KEY\u0001A" + count + "\u0002TAGS\u0001标签\"\\\u0002" : "text-" + count;
        }
        if (type == Integer.class || type == int.class) {
            return count % 2 == 0 ? count : -count;
        }
        if (type == Long.class || type == long.class) {
            return 1700000000000L + count;
        }
        if (type == Boolean.class || type == boolean.class) {
            return count % 2 == 0;
        }
        if (type == BoundaryType.class) {
            return BoundaryType.UPPER;
        }
        throw new IllegalStateException(field.toString());
    }

    /** As the netty encoder writes it: header classes with a form of their own use it. */
    private static String frame(String code, CommandCustomHeader header, SerializeType type) {
        RemotingCommand command = RemotingCommand.createRequestCommand(Integer.parseInt(code), header);
        command.setVersion(513);
        command.setOpaque(77);
        command.setSerializeTypeCurrentRPC(type);
        ByteBuf out = Unpooled.buffer();
        command.fastEncodeHeader(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return GoldenBytes.hex(bytes);
    }
}
