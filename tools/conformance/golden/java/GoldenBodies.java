import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import com.alibaba.fastjson2.JSONWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.broker.filter.ConsumerFilterManager;
import org.apache.rocketmq.broker.offset.ConsumerOffsetManager;
import org.apache.rocketmq.broker.schedule.DelayOffsetSerializeWrapper;
import org.apache.rocketmq.broker.transaction.TransactionMetrics;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.lite.LiteSubscriptionDTO;
import org.apache.rocketmq.common.lite.OffsetOption;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.namesrv.kvconfig.KVConfigSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.DataVersion;
import org.apache.rocketmq.remoting.protocol.admin.ConsumeStats;
import org.apache.rocketmq.remoting.protocol.admin.OffsetWrapper;
import org.apache.rocketmq.remoting.protocol.admin.TopicOffset;
import org.apache.rocketmq.remoting.protocol.admin.TopicStatsTable;
import org.apache.rocketmq.remoting.protocol.body.*;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupResponseBody;
import org.apache.rocketmq.remoting.protocol.heartbeat.ConsumerData;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.heartbeat.ProducerData;
import org.apache.rocketmq.remoting.protocol.heartbeat.SubscriptionData;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.apache.rocketmq.remoting.protocol.route.QueueData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.apache.rocketmq.remoting.protocol.statictopic.LogicQueueMappingItem;
import org.apache.rocketmq.remoting.protocol.statictopic.TopicConfigAndQueueMapping;
import org.apache.rocketmq.remoting.protocol.statictopic.TopicQueueMappingDetail;
import org.apache.rocketmq.remoting.protocol.statictopic.TopicQueueMappingInfo;
import org.apache.rocketmq.remoting.protocol.subscription.GroupForbidden;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.store.timer.TimerMetrics;

/**
 * Bodies: a text with every member, spelled in some way, and what Java makes of it, in its three styles. Some texts are
 * also changed member by member, to see what Java takes and what it refuses.
 */
final class GoldenBodies {
    private static final String MQ = "{\"brokerName\":\"broker-a\",\"queueId\":3,\"topic\":\"TopicA\"}";
    private static final String MQ2 = "{\"topic\":\"TopicA\",\"queueId\":11,\"brokerName\":\"broker-b\"}";
    private static final String VERSION = "{\"counter\":7,\"stateVersion\":2,\"timestamp\":1700000000123}";
    private static final String TOPIC = "{\"attributes\":{\"message.type\":\"FIFO\"},\"order\":true,\"perm\":4,\"readQueueNums\":3,"
        + "\"topicFilterType\":\"MULTI_TAG\",\"topicName\":\"TopicA\",\"topicSysFlag\":1,\"writeQueueNums\":5}";
    private static final String MAPPING_INFO = "{\"bname\":\"broker-a\",\"currIdMap\":{0:5,12:1},\"dirty\":true,\"epoch\":1700000000123,"
        + "\"scope\":\"s\",\"topic\":\"TopicA\",\"totalQueues\":8}";
    private static final String MAPPING_DETAIL = "{\"bname\":\"broker-a\",\"currIdMap\":{0:5},\"dirty\":false,\"epoch\":9,\"hostedQueues\":{0:["
        + "{\"bname\":\"broker-a\",\"endOffset\":-1,\"gen\":1,\"logicOffset\":10,\"queueId\":5,\"startOffset\":0,\"timeOfEnd\":-1,\"timeOfStart\":-1}]},"
        + "\"scope\":\"__global__\",\"topic\":\"TopicA\",\"totalQueues\":8}";
    private static final String SUBSCRIPTION = "{\"classFilterMode\":true,\"codeSet\":[2598919,-5],\"expressionType\":\"SQL92\",\"subString\":\"a > 1\","
        + "\"subVersion\":1700000000123,\"tagsSet\":[\"TagA\",\"标签\"],\"topic\":\"TopicA\"}";
    private static final String GROUP = "{\"attributes\":{\"k\":\"v\"},\"brokerId\":1,\"consumeBroadcastEnable\":false,\"consumeEnable\":false,"
        + "\"consumeFromMinEnable\":false,\"consumeMessageOrderly\":true,\"consumeTimeoutMinute\":3,\"groupName\":\"GroupA\","
        + "\"groupRetryPolicy\":{\"customizedRetryPolicy\":{\"next\":[1000,5000]},\"exponentialRetryPolicy\":{\"initial\":1,\"max\":2,\"multiplier\":3},"
        + "\"type\":\"EXPONENTIAL\"},\"groupSysFlag\":2,\"notifyConsumerIdsChangedEnable\":false,\"retryMaxTimes\":4,\"retryQueueNums\":5,"
        + "\"subscriptionDataSet\":[{\"expression\":\"*\",\"expressionType\":\"TAG\",\"topic\":\"TopicA\",\"version\":6}],\"whichBrokerWhenConsumeSlowly\":7}";
    private static final String BROKER = "{\"brokerAddrs\":{0:\"10.0.0.1:10911\",\"10\":\"10.0.0.3:10911\",2:\"10.0.0.2:10911\"},\"brokerName\":\"broker-a\","
        + "\"cluster\":\"DefaultCluster\",\"enableActingMaster\":true,\"zoneName\":\"z1\"}";
    private static final String QUEUE = "{\"brokerName\":\"broker-a\",\"perm\":6,\"readQueueNums\":4,\"topicSysFlag\":1,\"writeQueueNums\":8}";
    private static final String CONNECTION = "{\"clientAddr\":\"10.0.0.9:4444\",\"clientId\":\"c@1\",\"language\":\"GO\",\"version\":317}";
    private static final String OFFSETS = "{\"brokerOffset\":9,\"consumerOffset\":7,\"lastTimestamp\":1700000000123,\"pullOffset\":8}";
    private static final String STATS_ITEM = "{\"avgpt\":1.5,\"sum\":9007199254740991,\"tps\":0.0}";
    private static final String RETRY = "{\"type\":\"CUSTOMIZED\"}";
    private static final String TABLE = "{\"dataVersion\":" + VERSION + ",\"mappingDataVersion\":" + VERSION + ",\"topicConfigTable\":{\"TopicA\":" + TOPIC
        + "},\"topicQueueMappingDetailMap\":{\"TopicA\":" + MAPPING_DETAIL + "},\"topicQueueMappingInfoMap\":{\"TopicA\":" + MAPPING_INFO + "}}";
    private static final String MODE = "{\"consumerGroup\":\"GroupA\",\"mode\":\"POP\",\"popShareQueueNum\":2,\"topic\":\"TopicA\"}";
    private static final String LITE_OFFSET = "{\"type\":\"TAIL_N\",\"value\":5}";
    private static final String LITE_SUBSCRIPTION = "{\"action\":\"PARTIAL_ADD\",\"clientId\":\"c@1\",\"group\":\"GroupA\",\"liteTopicSet\":[\"l1\",\"l-2\"],"
        + "\"offsetOption\":" + LITE_OFFSET + ",\"topic\":\"TopicA\",\"version\":1700000000123}";
    private static final String MEMBERS = "{\"brokerAddrs\":{0:\"10.0.0.1:10911\",1:\"10.0.0.2:10911\"},\"brokerName\":\"broker-a\",\"cluster\":\"c\"}";

    private static final List<String> FOR_SCALARS = List.of("null", "\"\"", "\"x\"", "0", "1", "7", "\"7\"", "3.7", "-1", "true", "false", "\"TRUE\"",
        "4294967296", "99999999999999999999");
    private static final List<String> FOR_CONTAINERS = List.of("null", "\"x\"", "7", "true", "[]", "{}", "{\"7\":null}");

    private final List<Object> bodies = new ArrayList<>();
    private final List<Object> variations = new ArrayList<>();

    Map<String, Object> all() throws Exception {
        beans();
        return GoldenBytes.object("bodies", bodies, "variations", variations, "registrations", registrations());
    }

    private void beans() {
        varied("messageQueueJson", MessageQueue.class, MQ);
        varied("dataVersionJson", DataVersion.class, VERSION);
        varied("topicConfigJson", TopicConfig.class, TOPIC);
        varied("subscriptionGroupConfigJson", SubscriptionGroupConfig.class, GROUP);
        varied("groupRetryPolicyJson", GroupRetryPolicy.class, RETRY);
        varied("groupRetryPolicyJson", GroupRetryPolicy.class, "{\"customizedRetryPolicy\":{},\"exponentialRetryPolicy\":{},\"type\":\"CUSTOMIZED\"}");
        varied("subscriptionDataJson", SubscriptionData.class, SUBSCRIPTION);
        varied("consumerDataJson", ConsumerData.class, "{\"consumeFromWhere\":\"CONSUME_FROM_TIMESTAMP\",\"consumeType\":\"CONSUME_POP\","
            + "\"groupName\":\"GroupA\",\"messageModel\":\"BROADCASTING\",\"subscriptionDataSet\":[" + SUBSCRIPTION + "],\"unitMode\":true}");
        varied("heartbeatDataJson", HeartbeatData.class, "{\"clientID\":\"c@1\",\"consumerDataSet\":[{\"groupName\":\"GroupA\",\"subscriptionDataSet\":[]}],"
            + "\"heartbeatFingerprint\":-12,\"producerDataSet\":[{\"groupName\":\"P\"}],\"withoutSub\":true}");
        varied("producerDataJson", ProducerData.class, "{\"groupName\":\"P\"}");
        varied("brokerDataJson", BrokerData.class, BROKER);
        varied("queueDataJson", QueueData.class, QUEUE);
        varied("topicRouteDataJson", TopicRouteData.class, "{\"brokerDatas\":[" + BROKER + "],\"filterServerTable\":{\"10.0.0.1:1\":[\"x\",\"y\"]},"
            + "\"orderTopicConf\":\"broker-a:4\",\"queueDatas\":[" + QUEUE + "],\"topicQueueMappingByBroker\":{\"broker-a\":" + MAPPING_INFO + "}}");
        plain("topicRouteDataJson", TopicRouteData.class, "{\"brokerDatas\":[" + BROKER + "],\"filterServerTable\":{},\"queueDatas\":[" + QUEUE + "]}");
        varied("topicQueueMappingInfoJson", TopicQueueMappingInfo.class, MAPPING_INFO);
        varied("topicQueueMappingDetailJson", TopicQueueMappingDetail.class, MAPPING_DETAIL);
        varied("logicQueueMappingItemJson", LogicQueueMappingItem.class, "{\"bname\":\"b\",\"endOffset\":1,\"gen\":2,\"logicOffset\":3,\"queueId\":4,"
            + "\"startOffset\":5,\"timeOfEnd\":6,\"timeOfStart\":7}");
        plain("topicConfigAndQueueMappingJson", TopicConfigAndQueueMapping.class, TOPIC.substring(0, TOPIC.length() - 1) + ",\"mappingDetail\":" + MAPPING_DETAIL + "}");
        plain("topicConfigAndQueueMappingJson", TopicConfigAndQueueMapping.class, TOPIC);
        varied("clusterInfoJson", ClusterInfo.class, "{\"brokerAddrTable\":{\"broker-a\":" + BROKER + "},\"clusterAddrTable\":{\"DefaultCluster\":[\"broker-a\"]}}");
        varied("kvTableJson", KVTable.class, "{\"table\":{\"a\":\"1\",\"b\":\"\",\"键\":\"值\\n\"}}");
        varied("topicListJson", TopicList.class, "{\"brokerAddr\":\"10.0.0.1:10911\",\"topicList\":[\"TopicA\",\"TopicB\"]}");
        varied("groupListJson", GroupList.class, "{\"groupList\":[\"GroupA\",\"GroupB\"]}");
        varied("groupForbiddenJson", GroupForbidden.class, "{\"group\":\"GroupA\",\"readable\":false,\"topic\":\"TopicA\"}");
        varied("topicConfigListJson", CreateTopicListRequestBody.class, "{\"topicConfigList\":[" + TOPIC + "]}");
        varied("subscriptionGroupListJson", SubscriptionGroupList.class, "{\"groupConfigList\":[" + GROUP + "]}");
        varied("consumerIdListJson", GetConsumerListByGroupResponseBody.class, "{\"consumerIdList\":[\"c@1\",\"c@2\"]}");
        varied("lockBatchRequestJson", LockBatchRequestBody.class, "{\"clientId\":\"c@1\",\"consumerGroup\":\"GroupA\",\"mqSet\":[" + MQ + "],\"onlyThisBroker\":true}");
        varied("lockBatchRequestJson", UnlockBatchRequestBody.class, "{\"clientId\":\"c@1\",\"consumerGroup\":\"GroupA\",\"mqSet\":[" + MQ2 + "],\"onlyThisBroker\":true}");
        varied("lockBatchResponseJson", LockBatchResponseBody.class, "{\"lockOKMQSet\":[" + MQ + "," + MQ2 + "]}");
        varied("checkClientRequestJson", CheckClientRequestBody.class, "{\"clientId\":\"c@1\",\"group\":\"GroupA\",\"namespace\":\"n\",\"subscriptionData\":" + SUBSCRIPTION + "}");
        varied("connectionJson", Connection.class, CONNECTION);
        varied("consumerConnectionJson", ConsumerConnection.class, "{\"connectionSet\":[" + CONNECTION + "],\"consumeFromWhere\":\"CONSUME_FROM_LAST_OFFSET\","
            + "\"consumeType\":\"CONSUME_PASSIVELY\",\"messageModel\":\"CLUSTERING\",\"subscriptionTable\":{\"TopicA\":" + SUBSCRIPTION + "}}");
        varied("producerConnectionJson", ProducerConnection.class, "{\"connectionSet\":[" + CONNECTION + "]}");
        varied("producerTableInfoJson", ProducerTableInfo.class, "{\"data\":{\"P\":[{\"clientId\":\"c@1\",\"language\":\"CPP\",\"lastUpdateTimestamp\":1700000000123,"
            + "\"remoteIP\":\"/10.0.0.9:4444\",\"version\":513}]}}");
        varied("offsetWrapperJson", OffsetWrapper.class, OFFSETS);
        varied("consumeStatsJson", ConsumeStats.class, "{\"consumeTps\":12.5,\"offsetTable\":{" + MQ + ":" + OFFSETS + "," + MQ2 + ":" + OFFSETS + "}}");
        varied("consumerRunningInfoJson", ConsumerRunningInfo.class, "{\"jstack\":\"at x\",\"mqPopTable\":{" + MQ
            + ":{\"droped\":true,\"lastPopTimestamp\":1700000000123,\"waitAckCount\":2}},\"mqTable\":{" + MQ
            + ":{\"cachedMsgCount\":1,\"cachedMsgMaxOffset\":2,\"cachedMsgMinOffset\":3,\"cachedMsgSizeInMiB\":4,\"commitOffset\":5,\"droped\":true,"
            + "\"lastConsumeTimestamp\":6,\"lastLockTimestamp\":7,\"lastPullTimestamp\":8,\"locked\":true,\"transactionMsgCount\":9,"
            + "\"transactionMsgMaxOffset\":10,\"transactionMsgMinOffset\":11,\"tryUnlockTimes\":12}},\"properties\":{\"PROP_CONSUME_TYPE\":\"CONSUME_PASSIVELY\"},"
            + "\"statusTable\":{\"TopicA\":{\"consumeFailedMsgs\":1,\"consumeFailedTPS\":2.5,\"consumeOKTPS\":3.5,\"consumeRT\":4.5,\"pullRT\":5.5,\"pullTPS\":6.5}},"
            + "\"subscriptionSet\":[" + SUBSCRIPTION + "],\"userConsumerInfo\":{\"k\":\"v\"}}");
        varied("consumeMessageDirectlyResultJson", ConsumeMessageDirectlyResult.class,
            "{\"autoCommit\":false,\"consumeResult\":\"CR_LATER\",\"order\":true,\"remark\":\"r\",\"spentTimeMills\":12}");
        plain("consumeStatsJson", ConsumeStats.class, "{\"consumeTps\":0,\"offsetTable\":{}}");
        varied("consumeStatsListJson", ConsumeStatsList.class, "{\"brokerAddr\":\"10.0.0.1:10911\",\"consumeStatsList\":[{\"GroupA\":[{\"consumeTps\":1e9,"
            + "\"offsetTable\":{" + MQ + ":" + OFFSETS + "}}]}],\"totalDiff\":5,\"totalInflightDiff\":6}");
        varied("topicOffsetJson", TopicOffset.class, "{\"lastUpdateTimestamp\":1700000000123,\"maxOffset\":9,\"minOffset\":1}");
        varied("topicStatsTableJson", TopicStatsTable.class, "{\"offsetTable\":{" + MQ + ":{\"lastUpdateTimestamp\":1700000000123,\"maxOffset\":9,\"minOffset\":1}},\"topicPutTps\":3.0}");
        varied("brokerStatsDataJson", BrokerStatsData.class, "{\"statsDay\":" + STATS_ITEM + ",\"statsHour\":" + STATS_ITEM + ",\"statsMinute\":" + STATS_ITEM + "}");
        plain("resetOffsetJson", ResetOffsetBody.class, "{\"offsetTable\":{" + MQ + ":5," + MQ2 + ":9007199254740991}}");
        varied("resetOffsetForCJson", ResetOffsetBodyForC.class, "{\"offsetTable\":[{\"brokerName\":\"broker-a\",\"offset\":5,\"queueId\":1,\"topic\":\"TopicA\"}]}");
        varied("consumerStatusJson", GetConsumerStatusBody.class, "{\"consumerTable\":{\"c@1\":{" + MQ + ":5}},\"messageQueueTable\":{" + MQ2 + ":6}}");
        varied("correctionOffsetsJson", QueryCorrectionOffsetBody.class, "{\"correctionOffsets\":{0:5,\"1\":6}}");
        varied("consumerOffsetTableJson", ConsumerOffsetManager.class, "{\"dataVersion\":" + VERSION + ",\"offsetTable\":{\"TopicA@GroupA\":{0:5,1:9007199254740991}},"
            + "\"pullOffsetTable\":{\"TopicA@GroupA\":{0:6}}}");
        plain("consumerFilterTableJson", ConsumerFilterManager.class, "{\"filterDataByTopic\":{\"TopicA\":{\"groupFilterData\":{\"GroupA\":{"
            + "\"bloomFilterData\":{\"bitNum\":112,\"bitPos\":[22,86,38]},\"bornTime\":5,\"clientVersion\":1700000000123,\"consumerGroup\":\"GroupA\","
            + "\"deadTime\":0,\"expression\":\"a > 1\",\"expressionType\":\"SQL92\",\"topic\":\"TopicA\"}},\"topic\":\"TopicA\"}}}");
        varied("delayOffsetTableJson", DelayOffsetSerializeWrapper.class, "{\"dataVersion\":" + VERSION + ",\"offsetTable\":{1:5,18:6}}");
        varied("kvConfigTableJson", KVConfigSerializeWrapper.class, "{\"configTable\":{\"ORDER_TOPIC_CONFIG\":{\"TopicA\":\"broker-a:4;broker-b:4\"}}}");
        varied("subscriptionGroupTableJson", SubscriptionGroupWrapper.class, "{\"dataVersion\":" + VERSION + ",\"forbiddenTable\":{\"GroupA\":{\"TopicA\":4}},"
            + "\"subscriptionGroupTable\":{\"GroupA\":" + GROUP + "}}");
        varied("topicConfigTableJson", TopicConfigSerializeWrapper.class, "{\"dataVersion\":" + VERSION + ",\"topicConfigTable\":{\"TopicA\":" + TOPIC + "}}");
        varied("topicConfigAndMappingTableJson", TopicConfigAndMappingSerializeWrapper.class, TABLE);
        plain("registerBrokerBodyJson", RegisterBrokerBody.class, "{\"filterServerList\":[\"f\"],\"topicConfigSerializeWrapper\":" + TABLE + "}");
        varied("consumeQueueDataJson", ConsumeQueueData.class, "{\"bitMap\":\"b\",\"eval\":true,\"extendDataJson\":\"{}\",\"msg\":\"m\",\"physicOffset\":1,\"physicSize\":2,\"tagsCode\":-3}");
        varied("consumeQueueQueryJson", QueryConsumeQueueResponseBody.class, "{\"filterData\":\"f\",\"maxQueueIndex\":9,\"minQueueIndex\":1,\"queueData\":[{\"physicOffset\":5}],"
            + "\"subscriptionData\":" + SUBSCRIPTION + "}");
        varied("subscriptionQueryJson", QuerySubscriptionResponseBody.class, "{\"group\":\"GroupA\",\"subscriptionData\":" + SUBSCRIPTION + ",\"topic\":\"TopicA\"}");
        varied("brokerMemberGroupResponseJson", GetBrokerMemberGroupResponseBody.class, "{\"brokerMemberGroup\":" + MEMBERS + "}");
        varied("setMessageRequestModeJson", SetMessageRequestModeRequestBody.class, MODE);
        varied("liteOffsetOptionJson", OffsetOption.class, LITE_OFFSET);
        varied("liteSubscriptionJson", LiteSubscriptionDTO.class, LITE_SUBSCRIPTION);
        plain("liteSubscriptionJson", LiteSubscriptionDTO.class, "{\"action\":\"COMPLETE_REMOVE\",\"clientId\":\"c@1\",\"group\":\"GroupA\",\"topic\":\"TopicA\"}");
        varied("liteSubscriptionCtlJson", LiteSubscriptionCtlRequestBody.class, "{\"subscriptionSet\":[" + LITE_SUBSCRIPTION + "]}");
        plain("brokerLiteInfoJson", GetBrokerLiteInfoResponseBody.class, "{\"cqTableSize\":1,\"currentLmqNum\":2,\"eventMapSize\":3,\"groupMeta\":{\"TopicA\":[\"GroupA\"]},\"liteSubscriptionCount\":4,\"maxLmqNum\":5,\"offsetTableSize\":6,\"orderInfoCount\":7,\"storeType\":\"default\",\"topicMeta\":{\"TopicA\":-1}}");
        plain("parentTopicInfoJson", GetParentTopicInfoResponseBody.class, "{\"groups\":[\"GroupA\"],\"liteTopicCount\":1,\"lmqNum\":2,\"topic\":\"TopicA\",\"ttl\":-1}");
        plain("liteTopicInfoJson", GetLiteTopicInfoResponseBody.class, "{\"liteTopic\":\"l\",\"parentTopic\":\"TopicA\",\"shardingToBroker\":true,\"subscriber\":[{\"clientId\":\"c@1\",\"group\":\"GroupA\"}],\"topicOffset\":{\"lastUpdateTimestamp\":1700000000123,\"maxOffset\":2,\"minOffset\":1}}");
        plain("liteClientInfoJson", GetLiteClientInfoResponseBody.class, "{\"clientId\":\"c@1\",\"group\":\"GroupA\",\"lastAccessTime\":1700000000123,\"lastConsumeTime\":0,\"liteTopicCount\":1,\"liteTopicSet\":[\"%LMQ%$TopicA$l\"],\"parentTopic\":\"TopicA\"}");
        plain("liteGroupInfoJson", GetLiteGroupInfoResponseBody.class, "{\"earliestUnconsumedTimestamp\":-1,\"group\":\"GroupA\",\"lagCountTopK\":[{\"earliestUnconsumedTimestamp\":1700000000123,\"lagCount\":2,\"liteTopic\":\"l\"}],\"lagTimestampTopK\":[],\"liteTopic\":\"l\",\"liteTopicOffsetWrapper\":{\"brokerOffset\":2,\"consumerOffset\":1,\"lastTimestamp\":1700000000123,\"pullOffset\":0},\"parentTopic\":\"TopicA\",\"totalLagCount\":1}");
        varied("messageRequestModeTableJson", MessageRequestModeSerializeWrapper.class, "{\"messageRequestModeMap\":{\"TopicA\":{\"GroupA\":" + MODE + "}}}");
        varied("assignmentRequestJson", QueryAssignmentRequestBody.class, "{\"clientId\":\"c@1\",\"consumerGroup\":\"GroupA\",\"messageModel\":\"CLUSTERING\",\"strategyName\":\"AVG\",\"topic\":\"TopicA\"}");
        varied("assignmentResponseJson", QueryAssignmentResponseBody.class, "{\"messageQueueAssignments\":[{\"attachments\":{\"a\":\"b\"},\"messageQueue\":" + MQ + ",\"mode\":\"POP\"}]}");
        plain("consumeTimeSpanJson", QueryConsumeTimeSpanBody.class, "{\"consumeTimeSpanSet\":[{\"consumeTimeStamp\":1700000000123,\"delayTime\":5,\"maxTimeStamp\":1700000000124,"
            + "\"messageQueue\":" + MQ + ",\"minTimeStamp\":-1}]}");
        varied("transactionMetricsJson", TransactionMetrics.TransactionMetricsSerializeWrapper.class, "{\"dataVersion\":" + VERSION
            + ",\"transactionCount\":{\"TopicA\":{\"count\":3,\"timeStamp\":1700000000123}}}");
        varied("timerMetricsJson", TimerMetrics.TimerMetricsSerializeWrapper.class, "{\"dataVersion\":" + VERSION
            + ",\"timingCount\":{\"TopicA\":{\"count\":3,\"timeStamp\":1700000000123}}}");
    }

    /** The text, and what Java makes of it in its three styles. */
    private void plain(String body, Class<?> type, String text) {
        Object value = JSON.parseObject(text, type);
        bodies.add(GoldenBytes.object("body", body, "text", text, "compact", utf8(value),
            "pretty", utf8(value, JSONWriter.Feature.PrettyFormat),
            "standard", utf8(value, JSONWriter.Feature.BrowserCompatible, JSONWriter.Feature.MapSortField)));
    }

    /** The text, and all that differ from it in one member: text and result by turns, null where Java refuses. */
    private void varied(String body, Class<?> type, String text) {
        plain(body, type, text);
        Set<String> texts = new LinkedHashSet<>();
        texts.add(text.replace('"', '\''));
        texts.add(text.substring(0, text.length() - 1) + ",}");
        texts.add(" " + text.replace(":", " : ").replace(",", " ,\n\t") + " ");
        texts.add(text.substring(0, text.length() - 1) + ",\"unknown\":{\"a\":[1,{}]}}");
        JSONObject object = JSON.parseObject(JSON.toJSONString(JSON.parseObject(text, type)));
        object.forEach((name, member) -> {
            for (String value : member instanceof JSONObject || member instanceof Collection ? FOR_CONTAINERS : FOR_SCALARS) {
                texts.add(with(object, name, value));
            }
            texts.add(with(object, name, null));
        });
        List<Object> cases = new ArrayList<>();
        for (String varied : texts) {
            cases.add(varied);
            cases.add(compactOrNull(type, varied));
        }
        variations.add(GoldenBytes.object("body", body, "cases", cases));
    }

    private static String compactOrNull(Class<?> type, String text) {
        try {
            return utf8(JSON.parseObject(text.getBytes(StandardCharsets.UTF_8), type));
        } catch (Exception e) {
            return null;
        }
    }

    private static String with(JSONObject object, String name, String value) {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, Object> member : object.entrySet()) {
            String json = member.getKey().equals(name) ? value : JSON.toJSONString(member.getValue());
            if (json != null) {
                text.append(text.length() > 1 ? "," : "").append('"').append(member.getKey()).append("\":").append(json);
            }
        }
        return text.append('}').toString();
    }

    private static String utf8(Object value, JSONWriter.Feature... features) {
        return new String(JSON.toJSONBytes(value, StandardCharsets.UTF_8, features), StandardCharsets.UTF_8);
    }

    private static List<Object> registrations() throws Exception {
        RegisterBrokerBody body = RegisterBrokerBody.decode(GoldenBytes.utf8("{\"filterServerList\":[\"f\"],\"topicConfigSerializeWrapper\":" + TABLE + "}"),
            false, MQVersion.Version.V5_5_0);
        TopicConfig blank = new TopicConfig("TopicB", 1, 2, 6);
        body.getTopicConfigSerializeWrapper().getTopicConfigTable().put("TopicB", blank);
        TopicConfig odd = new TopicConfig("TopicC", 1, 2, 6);
        odd.getAttributes().put("a b", "c d");
        body.getTopicConfigSerializeWrapper().getTopicConfigTable().put("TopicC", odd);
        byte[] compressed = body.encode(true);
        List<Object> registrations = new ArrayList<>();
        for (MQVersion.Version version : List.of(MQVersion.Version.V5_5_0, MQVersion.Version.V4_9_4)) {
            RegisterBrokerBody decoded = RegisterBrokerBody.decode(compressed, true, version);
            decoded.getTopicConfigSerializeWrapper().setMappingDataVersion(new DataVersion() {{ setTimestamp(0); }});
            registrations.add(GoldenBytes.object("version", version.ordinal(), "compressed", GoldenBytes.hex(compressed),
                "decoded", utf8(decoded)));
        }
        return registrations;
    }
}
