import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { type Chat, MESSAGE, prepareChat } from './support/chat.js';
import { HttpConnection, requestBytes, requireOk } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { percentile } from './support/statistics.js';
import { type BenchSystem, type BenchTenant, type Server } from './support/system.js';

/** Through every strategy and back. */
const WAY = ['collection', 'database', 'collection', 'shared'] as const;
const FILLERS = 32;
const SENDERS = 4;
/** Milliseconds between two messages of one sender, so that the processes share the machine as a tenant's do. */
const SEND_EVERY_MS = 5;
/** A message that was waited for until the gateway's own deadline: it is accepted, and its time counts. */
const TIMED_OUT = 504;

interface Sent {
  readonly message_id: string;
}

/** What `caas-admin tenant migrate --json` answers, as far as it is read here. */
interface Moved {
  readonly rows: number;
  readonly fence_ms: number;
  readonly state: string;
}

/**
 * A tenant with many messages moves through all strategies and back while messages are sent to it and read. Every message that was accepted has to be
 * there in the end, once, with a sequence of its own, and none may be unreadable in between; anything else throws.
 */
export async function measureMove(system: BenchSystem, { messages }: { messages: number }): Promise<Figure[]> {
  const [gateway] = [await system.gateway(), await system.worker()];
  const tenant = await system.tenant();
  const chat = await prepareChat(gateway, tenant);
  const ledger = new Set<string>();
  await fill(gateway, chat, { messages, ledger });
  await chat.settle();
  const traffic = new Traffic(gateway, tenant, { chat, ledger });
  const figures: Figure[] = [];
  await traffic.during(async () => {
    for (const to of WAY) figures.push(...(await move(system, tenant, to)));
  });
  await chat.settle();
  const stored = await checkLedger(system, tenant, ledger);
  const { storedMs, acceptedMs, reads } = traffic;
  const measured = `${stored} messages, ${storedMs.length} waited for, ${reads} reads`;
  return [
    ...figures,
    { what: 'accepted to stored meanwhile, p50', measured, value: percentile(storedMs, 0.5), unit: 'ms' },
    { what: 'longest write: accepted to stored', measured, value: Math.max(...storedMs), unit: 'ms', floor: 10_000 },
    { what: 'longest answer of the gateway to a send', measured, value: Math.max(...acceptedMs), unit: 'ms' },
  ];
}

async function move(system: BenchSystem, { tenantId }: BenchTenant, to: (typeof WAY)[number]): Promise<Figure[]> {
  const started = performance.now();
  const moved = (await system.admin('tenant', 'migrate', tenantId, '--to', to, '--drop-source')) as Moved;
  const seconds = (performance.now() - started) / 1_000;
  if (moved.state !== 'succeeded') throw new Error(`The move to ${to} ended ${moved.state}.`);
  const measured = `${moved.rows} rows in ${seconds.toFixed(1)} s`;
  return [
    { what: `to ${to}, whole command`, measured, value: moved.rows / seconds, unit: '/s' },
    { what: `to ${to}, writes held back`, measured, value: moved.fence_ms, unit: 'ms', floor: 10_000 },
  ];
}

async function fill({ target }: Server, { sends }: Chat, { messages, ledger }: { messages: number; ledger: Set<string> }): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    const connection = await HttpConnection.open(target);
    for (let index = next++; index < messages; index = next++) {
      const answer = await connection.send(sends[index % sends.length] as Buffer);
      requireOk(answer);
      ledger.add((JSON.parse(answer.body) as Sent).message_id);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: FILLERS }, lane));
}

/** Senders and a reader. */
class Traffic {
  readonly storedMs: number[] = [];
  readonly acceptedMs: number[] = [];
  reads = 0;
  readonly #gateway: Server;
  readonly #tenant: BenchTenant;
  readonly #chat: Chat;
  readonly #ledger: Set<string>;
  readonly #known: readonly string[];
  #stopped = false;

  constructor(gateway: Server, tenant: BenchTenant, { chat, ledger }: { chat: Chat; ledger: Set<string> }) {
    [this.#gateway, this.#tenant, this.#chat, this.#ledger] = [gateway, tenant, chat, ledger];
    this.#known = [...ledger].slice(0, 10_000);
  }

  /** Sends and reads while `work` is done; rejects with the first thing that goes wrong. */
  async during(work: () => Promise<void>): Promise<void> {
    const lanes = Array.from({ length: SENDERS }, (_, lane) => this.#send(lane));
    const traffic = Promise.all([...lanes, this.#waitForStored(SENDERS), this.#read()]);
    const done = work().finally(() => (this.#stopped = true));
    await Promise.all([traffic, done]);
  }

  async #send(lane: number): Promise<void> {
    await this.#repeat(this.#request(lane), (elapsedMs) => this.acceptedMs.push(elapsedMs));
  }

  /** Each message is waited for until the worker has stored it: its time is what a writer sees of the fence. */
  async #waitForStored(lane: number): Promise<void> {
    await this.#repeat(this.#request(lane, { prefer: 'wait=10' }), (elapsedMs) => this.storedMs.push(elapsedMs));
  }

  async #repeat(request: Buffer, take: (elapsedMs: number) => void): Promise<void> {
    const connection = await HttpConnection.open(this.#gateway.target);
    while (!this.#stopped) {
      const started = performance.now();
      const answer = await connection.send(request);
      take(performance.now() - started);
      if (answer.status !== TIMED_OUT) {
        requireOk(answer);
        this.#ledger.add((JSON.parse(answer.body) as Sent).message_id);
      }
      await delay(SEND_EVERY_MS);
    }
    connection.close();
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      const id = this.#known[(this.reads * 7_919) % this.#known.length] ?? '';
      const { status } = await this.#chat.get(`/v1/messages/${id}`);
      if (status !== 200) throw new Error(`GET /v1/messages/${id} answered ${status} while the tenant moved`);
      this.reads += 1;
      await delay(SEND_EVERY_MS);
    }
  }

  #request(lane: number, headers: Record<string, string> = {}): Buffer {
    const { conversationId = '', userId = '' } = this.#chat.conversations[lane] ?? {};
    return requestBytes('POST', `/v1/conversations/${conversationId}/messages`, {
      headers: { 'x-api-key': this.#tenant.apiKey, 'x-act-as-user': userId, ...headers },
      body: MESSAGE,
    });
  }
}

/** Throws unless everything in the ledger is stored once, with a sequence of its own. Answers the number of stored messages. */
async function checkLedger({ stack }: BenchSystem, { tenantId }: BenchTenant, ledger: ReadonlySet<string>): Promise<number> {
  const client = await MongoClient.connect(stack.mongodb_uri);
  try {
    const collection = client.db('caas_shared').collection<{ _id: string; conversation_id: string; sequence: number }>('messages');
    const rows = collection.find({ tenant_id: tenantId }, { projection: { conversation_id: 1, sequence: 1 } });
    const missing = new Set(ledger);
    const places = new Set<string>();
    let stored = 0;
    for await (const { _id, conversation_id, sequence } of rows) {
      stored += 1;
      missing.delete(_id);
      places.add(`${conversation_id} ${sequence}`);
    }
    if (missing.size > 0) throw new Error(`${missing.size} of ${ledger.size} accepted messages are lost`);
    if (places.size !== stored) throw new Error(`${stored - places.size} messages are stored twice`);
    return stored;
  } finally {
    await client.close();
  }
}
