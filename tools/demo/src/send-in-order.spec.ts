import { afterEach, describe, expect, it } from '@jest/globals';
import { DemoError } from './errors.js';
import { FakeGateway } from './fake-gateway.fixture.js';
import { GatewayClient } from './gateway-client.js';
import { type Commit } from './history.js';
import { runsOf, sendInOrder, type SendReport } from './send-in-order.js';

const commitBy = (name: string, hash: string): Commit => ({ hash, author: { externalId: name, name }, text: hash });
const historyBy = (names: string): Commit[] => [...names].map((name, index) => commitBy(name, `${name}${index}`));

let gateway: FakeGateway;
let client: GatewayClient;
afterEach(async () => {
  await client.close();
  await gateway.stop();
});

async function tell(commits: readonly Commit[], statusOf?: Parameters<typeof FakeGateway.start>[0], concurrency = 8): Promise<SendReport> {
  gateway = await FakeGateway.start(statusOf);
  client = new GatewayClient({ url: gateway.url, apiKey: 'key', pipelining: concurrency });
  return sendInOrder(commits, { client, conversationId: 'conv', userOf: ({ author }) => author.name, concurrency });
}

const arrived = (): string[] => gateway.arrivals.map(({ hash }) => hash);

describe('sendInOrder', () => {
  it('has the messages of one user under way together, in order', async () => {
    const commits = historyBy('a'.repeat(50));

    await tell(commits);

    expect(arrived()).toEqual(commits.map(({ hash }) => hash));
    expect(Math.max(...gateway.arrivals.map(({ underWay }) => underWay))).toBeGreaterThan(1);
  });

  it('lets another user begin only when all before are accepted', async () => {
    const commits = historyBy('aaabbbab');

    await tell(commits);

    expect(arrived()).toEqual(commits.map(({ hash }) => hash));
    expect(gateway.arrivals.filter(({ hash }) => ['b3', 'a6', 'b7'].includes(hash)).map(({ underWay }) => underWay)).toEqual([1, 1, 1]);
  });

  it('sends a refused message again and reports the time it took', async () => {
    const { refusals, acceptedMs } = await tell(historyBy('aab'), (_, position) => (position === 1 ? 503 : 202));

    expect([...gateway.accepted].sort()).toEqual(['a0', 'a1', 'b2']);
    expect(gateway.accepted.at(-1)).toBe('b2');
    expect(refusals).toBe(1);
    expect(acceptedMs.every((elapsed) => elapsed > 0)).toBe(true);
  });

  it('keeps the order across refusals when one message is under way at a time', async () => {
    const commits = historyBy('aaaa');

    await tell(commits, (_, position) => (position % 2 === 0 ? 429 : 202), 1);

    expect(gateway.accepted).toEqual(commits.map(({ hash }) => hash));
  });

  it('gives up on an answer that no repetition changes', async () => {
    await expect(tell(historyBy('a'), () => 403)).rejects.toThrow(DemoError);
  });
});

describe('runsOf', () => {
  it('groups neighbours', () => {
    expect(runsOf(['a', 'a', 'b', 'a'])).toEqual([
      { userId: 'a', from: 0, to: 2 },
      { userId: 'b', from: 2, to: 3 },
      { userId: 'a', from: 3, to: 4 },
    ]);
  });
});
