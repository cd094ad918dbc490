import { describe, expect, it } from '@jest/globals';
import { diffTopic, type LiveTopic } from './topic-diff.js';

const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': '1000' };
const desired = { topic: 't', partitions: 4, config };
const live: LiveTopic = { topic: 't', partitions: 4, replicationFactor: 3, unhealthyPartitions: 0, config, overrides: config };

describe('diffTopic', () => {
  it('creates what is missing', () => {
    expect(diffTopic(desired, undefined, 3)).toEqual([{ kind: 'create', topic: 't', partitions: 4, replicationFactor: 3, config }]);
  });

  it('finds nothing in a topic that is as defined', () => {
    expect(diffTopic(desired, live, 3)).toEqual([]);
  });

  it('does not mind the order inside a list', () => {
    expect(diffTopic(desired, { ...live, config: { ...config, 'cleanup.policy': 'delete,compact' } }, 3)).toEqual([]);
  });

  it('names each setting that drifted, from what to what', () => {
    expect(diffTopic(desired, { ...live, config: { 'cleanup.policy': 'delete' } }, 3)).toEqual([
      {
        kind: 'alter_config',
        topic: 't',
        changes: [
          { name: 'cleanup.policy', from: 'delete', to: 'compact,delete' },
          { name: 'retention.ms', from: undefined, to: '1000' },
        ],
      },
    ]);
  });

  it('reports partitions and replicas, which it never changes', () => {
    expect(diffTopic(desired, { ...live, partitions: 2, replicationFactor: 1 }, 3)).toEqual([
      { kind: 'fewer_partitions', topic: 't', defined: 4, actual: 2 },
      { kind: 'other_replication', topic: 't', defined: 3, actual: 1 },
    ]);
    expect(diffTopic(desired, { ...live, partitions: 8 }, 3)).toEqual([{ kind: 'more_partitions', topic: 't', defined: 4, actual: 8 }]);
  });
});
