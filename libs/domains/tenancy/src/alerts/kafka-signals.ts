import { type Signal } from '@caas/composition';
import { type ConsumerDefinition, type Kafka, lagByTopic, type TopicDefinition } from '@caas/messaging-kafka';

const MINUTE_MS = 60_000;
/** Groups whose work nobody waits for may be further behind. */
const PATIENT = /^(?:analytics|webhook)/;

export interface KafkaSignalsParts {
  readonly kafka: Pick<Kafka, 'groups' | 'topics' | 'health'>;
  /** Every topic of the installation. */
  readonly topics: readonly TopicDefinition[];
  /** The groups that are to keep up. */
  readonly consumers: readonly ConsumerDefinition[];
}

/** What the monitor watches of Kafka: how far groups are behind, copies of partitions, brokers. */
export function kafkaSignals({ kafka, topics, consumers }: KafkaSignalsParts): Signal[] {
  // Groups of single instances read from the end and commit nothing.
  const shared = consumers.filter(({ startFrom }) => startFrom !== 'latest');
  const lagSignal = (name: string, chosen: readonly ConsumerDefinition[], levels: { warning: number; critical: number }): Signal => ({
    rule: { name, ...levels, forMs: MINUTE_MS, runbook: 'docs/operations/runbooks.md#consumer-lag' },
    read: async () => {
      const reads = chosen.map(({ group, topics: read }) => ({ group, families: read.map(({ family }) => family) }));
      const lags = lagByTopic(await kafka.groups.lag(reads));
      return chosen.map(({ group }) => ({
        labels: { group },
        value: lags.filter((lag) => lag.group === group).reduce((sum, { records }) => sum + records, 0),
      }));
    },
  });
  let brokersMost = 0;
  return [
    lagSignal(
      'consumer-lag',
      shared.filter(({ group }) => !PATIENT.test(group)),
      { warning: 1_000, critical: 10_000 },
    ),
    lagSignal(
      'patient-consumer-lag',
      shared.filter(({ group }) => PATIENT.test(group)),
      { warning: 10_000, critical: 100_000 },
    ),
    {
      rule: {
        name: 'unhealthy-partitions',
        warning: 0,
        critical: 5,
        forMs: MINUTE_MS,
        runbook: 'docs/operations/runbooks.md#kafka-under-min-isr',
      },
      read: async () => {
        const found = await kafka.topics.describe(topics);
        return [{ labels: {}, value: found.reduce((sum, { unhealthyPartitions }) => sum + unhealthyPartitions, 0) }];
      },
    },
    {
      rule: { name: 'brokers-down', warning: 0, critical: 1, forMs: 0, runbook: 'docs/operations/runbooks.md#kafka-broker-down' },
      read: async () => {
        const { brokers } = await kafka.health();
        brokersMost = Math.max(brokersMost, brokers);
        return [{ labels: {}, value: brokersMost - brokers }];
      },
    },
  ];
}
