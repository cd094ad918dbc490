import { describe, expect, it } from '@jest/globals';
import { ManualClock, UnavailableError } from '@caas/runtime';
import { TopicDirectory } from './topic-directory.js';

/** A directory over a cluster whose topics and availability the spec decides. */
function aDirectory() {
  const cluster = { topics: new Map([['a', 3]]), down: false, asked: 0 };
  const clock = new ManualClock();
  const directory = new TopicDirectory(async () => {
    cluster.asked += 1;
    if (cluster.down) throw new UnavailableError('down');
    return new Map(cluster.topics);
  }, clock);
  return { cluster, clock, directory };
}

describe('TopicDirectory', () => {
  it('knows nothing before it asked, and answers from memory afterwards', async () => {
    const { directory, cluster } = aDirectory();

    expect(directory.known('a')).toBeUndefined();
    expect(await directory.load('a')).toBe(3);
    expect(directory.known('a')).toBe(3);
    expect(cluster.asked).toBe(1);
  });

  it('asks once for many that wait', async () => {
    const { directory, cluster } = aDirectory();

    await Promise.all([directory.load('a'), directory.load('a'), directory.load('a')]);

    expect(cluster.asked).toBe(1);
  });

  it('says so when there is no such topic, and asks again after a second at the earliest', async () => {
    const { directory, cluster, clock } = aDirectory();

    await expect(directory.load('b')).rejects.toMatchObject({ details: { reason: 'TOPIC_MISSING' } });
    await expect(directory.load('b')).rejects.toMatchObject({ details: { reason: 'TOPIC_MISSING' } });
    expect(cluster.asked).toBe(1);

    cluster.topics.set('b', 5);
    clock.advance(1_001);
    expect(await directory.load('b')).toBe(5);
  });

  it('asks at once after topics were created', async () => {
    const { directory, cluster } = aDirectory();
    await directory.load('a');
    cluster.topics.set('b', 5);

    directory.expire();

    expect(await directory.load('b')).toBe(5);
  });

  it('goes on answering while the cluster is down, and notices new partitions later', async () => {
    const { directory, cluster, clock } = aDirectory();
    await directory.load('a');
    cluster.topics.set('a', 6);
    cluster.down = true;
    clock.advance(300_001);

    expect(directory.known('a')).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));

    cluster.down = false;
    expect(directory.known('a')).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(directory.known('a')).toBe(6);
  });
});
