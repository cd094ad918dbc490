import kafkajs, { type Admin } from 'kafkajs';
import { type AdminConnection } from '../client/admin-connection.js';
import { type LiveTopic } from './topic-diff.js';

type Settings = Pick<LiveTopic, 'config' | 'overrides'>;

/** Source of a value that was set on the topic itself (DescribeConfigs response, `config_source`). */
const SET_ON_TOPIC = kafkajs.ConfigSource.TOPIC_CONFIG;

/** The topics of the cluster that are wanted, as they are. Two requests, whatever their number. */
export function liveTopics(connection: AdminConnection, isWanted: (topic: string) => boolean): Promise<ReadonlyMap<string, LiveTopic>> {
  return connection.ask('describe its topics', async (admin) => {
    const { topics } = await admin.fetchTopicMetadata();
    const present = topics.filter(({ name }) => isWanted(name));
    const configs = await configsOf(
      admin,
      present.map(({ name }) => name),
    );
    return new Map(
      present.map(({ name, partitions }): [string, LiveTopic] => {
        const { config, overrides } = configs.get(name) ?? { config: {}, overrides: {} };
        const unhealthyPartitions = partitions.filter(({ leader, isr, replicas }) => leader < 0 || isr.length < replicas.length).length;
        const replicationFactor = partitions[0]?.replicas.length ?? 0;
        return [name, { topic: name, partitions: partitions.length, replicationFactor, unhealthyPartitions, config, overrides }];
      }),
    );
  });
}

async function configsOf(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, Settings>> {
  if (topics.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => {
      const own = configEntries.filter(({ configSource }) => configSource === SET_ON_TOPIC);
      return [resourceName, { config: entriesOf(configEntries), overrides: entriesOf(own) }];
    }),
  );
}

const entriesOf = (entries: readonly { configName: string; configValue: string }[]): Record<string, string> =>
  Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
