import {
  defaultSubscriptionGroupConfig,
  offsetWrapperJson,
  queueTimeSpanJson,
  subscriptionGroupConfigJson,
  topicConfigJson,
} from '../../src'

test('Long.MAX_VALUE and its like go through', () => {
  const json =
    '{"brokerOffset":9223372036854775807,"consumerOffset":-9223372036854775808,"lastTimestamp":9007199254740992,"pullOffset":-1}'
  expect(offsetWrapperJson.encode(offsetWrapperJson.decode(json)).toString()).toBe(json)
  expect(() => offsetWrapperJson.decode('{"brokerOffset":19223372036854775807}')).toThrow(
    'brokerOffset is not an int64',
  )
})

test('a member that is wrong is named', () => {
  expect(() => topicConfigJson.decode('{"topicName":"T","attributes":[]}')).toThrow('attributes is not an object')
  expect(() => topicConfigJson.decode('{"topicName":"T","attributes":{"a":{}}}')).toThrow('attributes.a is not a text')
})

test('a group is created as Java creates it', () => {
  const json =
    '{"attributes":{},"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,"consumeMessageOrderly":false,"consumeTimeoutMinute":15,"groupName":"G","groupRetryPolicy":{"type":"CUSTOMIZED"},"groupSysFlag":0,"notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}'
  expect(subscriptionGroupConfigJson.encode(defaultSubscriptionGroupConfig('G')).toString()).toBe(json)
})

test('times are shown in local time', () => {
  const time = new Date(2023, 10, 4, 2, 13, 20, 7).getTime()
  const span = {
    consumeTimeStamp: time,
    delayTime: 0,
    maxTimeStamp: time,
    messageQueue: { brokerName: 'b', queueId: 0, topic: 'T' },
    minTimeStamp: time,
  }
  expect(queueTimeSpanJson.encode(span).toString()).toContain('"minTimeStampStr":"2023-11-04#02:13:20:007"')
})
