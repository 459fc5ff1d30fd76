import { brokerMetricList } from '@rocketmq-ts/broker'
import { prometheusName } from '@rocketmq-ts/observability'
import { asCode, markdownTable } from './markdown'

/** Of Java's broker, and not measured here yet. */
const missing = [
  'rocketmq_processor_watermark',
  'rocketmq_message_size',
  'rocketmq_rpc_latency',
  'rocketmq_topic_create_execution_time',
  'rocketmq_consumer_group_create_execution_time',
  'rocketmq_commit_messages_total',
  'rocketmq_rollback_messages_total',
  'rocketmq_finish_message_latency',
  'rocketmq_pop_revive_in_message_total',
  'rocketmq_pop_revive_out_message_total',
  'rocketmq_pop_revive_retry_messages_total',
  'rocketmq_pop_buffer_scan_time_consume',
  'rocketmq_pop_offset_buffer_size',
  'rocketmq_timer_enqueue_latency',
  'rocketmq_timer_dequeue_lag',
  'rocketmq_timer_enqueue_total',
  'rocketmq_timer_dequeue_total',
  'rocketmq_timer_message_snapshot',
  'rocketmq_delay_message_latency',
]

/** docs/metrics.md. */
export function metricsPage(): string {
  return [
    '# Metrics',
    'Generated from the code by `npm run docs`.',
    [
      'With `metricsExporterType=PROM` in `broker.conf` Prometheus reads them at `http://HOST:5557/metrics`',
      '(`metricsPromExporterHost`, `metricsPromExporterPort`). Names and labels are those of Java 5.5.0, so its dashboards and',
      'alerts go on; each sample has `cluster`, `node_type` and `node_id`, and what `metricsLabel` adds. They are read when',
      'Prometheus asks and cost nothing before. `OTLP_GRPC` and `LOG` export nothing yet, and the log says so.',
    ].join('\n'),
    markdownTable(
      ['Name', 'Kind', 'What it says'],
      brokerMetricList.map(metric => [asCode(prometheusName(metric)), metric.kind, metric.help]),
    ),
    '## What is otherwise than in Java',
    [
      '- Counts of messages behind are of all messages of the queues, also of those that a filter will pass over; Java guesses.',
      '- `rocketmq_messages_in_total` and `rocketmq_throughput_in_total` have no `message_type`.',
      '- Popped messages are in flight only while `enablePopMessageThreshold` has them counted, as in Java.',
    ].join('\n'),
    `Not measured yet: ${missing.map(asCode).join(', ')}.`,
    '',
  ].join('\n\n')
}
