import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Login, Metrics } from '@caas/runtime';
import { aConfig, aTenant, aTopic, KafkaBench, messageSent, silent, unique } from '../fixtures/kafka.fixture.js';
import { connectKafka, defineConsumer, type Kafka, rightsOf, type TopicDefinition, userOf } from '../index.js';

let bench: KafkaBench;
let admin: Kafka;
const topic = aTopic();
const other = aTopic();
beforeAll(async () => {
  bench = new KafkaBench();
  admin = await bench.connect([topic, other]);
});
afterAll(() => bench.close());

const users: string[] = [];
afterEach(async () => {
  for (const user of users.splice(0)) await admin.users.delete(user);
  const ours = (await admin.acls.list()).filter(({ principal }) => principal.startsWith('User:service-spec'));
  await admin.acls.revoke(ours);
});

/** A new user of the cluster, who may do nothing yet. */
async function aUser(service = `spec${unique()}`, slot: 'a' | 'b' = 'a'): Promise<Login & { readonly service: string }> {
  const login = { service, username: userOf(service, slot), password: randomBytes(32).toString('base64url') };
  users.push(login.username);
  await admin.users.upsert(login);
  return login;
}

const clients: Kafka[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
async function connectAs({ username, password }: Login, topics: readonly TopicDefinition[] = [topic, other]): Promise<Kafka> {
  const client = await connectKafka({
    config: aConfig({ sasl: { username, password }, deliveryTimeoutMs: 10_000 }),
    logger: silent,
    metrics: new Metrics({ service: 'spec', defaults: false }),
    clientId: 'caas-spec-user',
    topics,
    schemas: 'register',
  });
  clients.push(client);
  return client;
}

/** Rules reach the brokers one after the other: tries until it works, for 10 s at most. */
async function eventually<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  for (const deadline = performance.now() + 10_000; ;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Every broker refuses the login, once it has heard of the change. */
const expectRefused = (login: Login): Promise<void> =>
  eventually(() => expect(connectAs(login)).rejects.toMatchObject({ details: { reason: 'KAFKA_ACCESS_REFUSED' } }));

const send = (client: Kafka, to: typeof topic, seq = 0): Promise<unknown> =>
  client.producer(to).send({ tenant: aTenant(), event: messageSent, payload: { conversation_id: 'c', body: 'b', seq } });

describe('users of the cluster', () => {
  it('can log in as soon as they have a password, and not any more when it is gone', async () => {
    const user = await aUser();
    expect(await admin.users.users()).toContain(user.username);
    await connectAs(user);

    await admin.users.delete(user.username);

    await eventually(async () => expect(await admin.users.users()).not.toContain(user.username));
    await expectRefused(user);
  });

  it('cannot log in with another password, also not with their former one', async () => {
    const user = await aUser();
    const former = { ...user };
    await admin.users.upsert({ ...user, password: 'another password' });

    await expectRefused(former);
  });

  it('may be deleted twice', async () => {
    const user = await aUser();
    await admin.users.delete(user.username);

    await expect(admin.users.delete(user.username)).resolves.toBeUndefined();
  });

  it('are not changed by who may not', async () => {
    const client = await connectAs(await aUser());

    await expect(client.users.upsert({ username: 'service-x-a', password: 'x' })).rejects.toMatchObject({
      details: { reason: 'KAFKA_ACCESS_REFUSED' },
    });
  });
});

describe('a service', () => {
  it('may write and read what it says it does, and nothing else', async () => {
    const user = await aUser();
    const reader = defineConsumer({ group: `spec-${unique()}`, topics: [topic], handle: async () => undefined });
    await admin.acls.apply([...(await admin.acls.list()), ...rightsOf(user.service, { produces: [topic], consumes: [reader] }, [])]);
    const client = await connectAs(user);

    await eventually(() => send(client, topic));
    await eventually(() => client.consumer(reader).start());

    await expect(send(client, other)).rejects.toMatchObject({ details: { reason: 'TOPIC_MISSING' } });
    const intruder = defineConsumer({ group: `spec-${unique()}`, topics: [topic], handle: async () => undefined });
    await expect(client.consumer(intruder).start()).rejects.toThrow('caas-admin acl apply');
    await expect(client.topics.apply([aTopic()])).rejects.toThrow('Kafka did not create topics');
  });

  it('has the same rights in both of its slots', async () => {
    const a = await aUser();
    const b = await aUser(a.service, 'b');
    await admin.acls.grant(rightsOf(a.service, { produces: [topic], consumes: [] }, []));

    const client = await connectAs(b);
    await eventually(() => send(client, topic));
  });
});

describe('the ACL admin', () => {
  const wanted = (service: string) => rightsOf(service, { produces: [topic], consumes: [] }, []);
  const specs = (entries: readonly { principal: string }[], service: string) =>
    entries.filter(({ principal }) => principal.startsWith(`User:service-${service}-`));

  it('grants what is missing, once', async () => {
    const service = `spec${unique()}`;
    const all = [...(await admin.acls.list()), ...wanted(service)];

    const dry = await admin.acls.apply(all, { dryRun: true });
    expect(specs(dry.granted, service)).toEqual(wanted(service));
    expect(specs(await admin.acls.list(), service)).toEqual([]);
    await admin.acls.apply(all);

    await eventually(async () => expect((await admin.acls.apply(all)).granted).toEqual([]));
  });

  it('leaves what nothing needs until it is asked to revoke it, and never looks at others', async () => {
    const service = `spec${unique()}`;
    const before = await admin.acls.list();
    await admin.acls.grant(wanted(service));
    await eventually(async () => expect(specs(await admin.acls.list(), service)).toHaveLength(wanted(service).length));
    const stranger = { ...wanted(service)[0], principal: 'User:somebody' } as (typeof before)[number];
    await admin.acls.grant([stranger]);

    const left = await admin.acls.apply(before);
    expect(specs(left.left, service)).toHaveLength(wanted(service).length);
    const revoked = await admin.acls.apply(before, { revokeExtra: true });

    expect(specs(revoked.revoked, service)).toHaveLength(wanted(service).length);
    await eventually(async () => expect(specs(await admin.acls.list(), service)).toEqual([]));
    await admin.acls.revoke([stranger]);
  });
});

describe('a rotation', () => {
  it('during load fails no send, goes on consuming, and leaves the old credentials unused', async () => {
    const a = await aUser();
    const b = await aUser(a.service, 'b');
    const seen = new Set<number>();
    const reader = defineConsumer({
      group: `spec-${unique()}`,
      topics: [topic],
      handle: async (records) => {
        for (const record of records) if (record.kind === 'event') seen.add(record.payload.seq);
      },
    });
    await admin.acls.grant(rightsOf(a.service, { produces: [topic], consumes: [reader] }, []));
    const client = await connectAs(a);
    await eventually(() => client.consumer(reader).start());
    await eventually(() => send(client, topic, 0));
    const failures: unknown[] = [];
    let [sent, loading] = [1, true];
    const load = Promise.all(
      Array.from({ length: 50 }, async () => {
        while (loading) await send(client, topic, sent++).catch((error: unknown) => failures.push(error));
      }),
    );
    const sentBy = async (count: number): Promise<void> => {
      const goal = sent + count;
      while (sent < goal) await new Promise((resolve) => setImmediate(resolve));
    };

    await sentBy(500);
    await client.rotate(b);
    await admin.users.delete(a.username);
    await sentBy(2_000);
    loading = false;
    await load;

    expect(failures).toEqual([]);
    while (seen.size < sent) await new Promise((resolve) => setTimeout(resolve, 20));
    expect([...seen].sort((x, y) => x - y)).toEqual(Array.from({ length: sent }, (_, index) => index));
    await expectRefused(a);
  });

  it('to credentials that the brokers refuse changes nothing', async () => {
    const user = await aUser();
    await admin.acls.grant(rightsOf(user.service, { produces: [topic], consumes: [] }, []));
    const client = await connectAs(user);
    await eventually(() => send(client, topic));

    const rotated = client.rotate({ username: userOf(user.service, 'b'), password: 'nobody gave it' });

    await expect(rotated).rejects.toMatchObject({ details: { reason: 'KAFKA_ACCESS_REFUSED' } });
    await send(client, topic);
  });
});
