import kafkajs from 'kafkajs';
import { type Drill } from '../drill.js';
import { type Field } from '../field.js';
import { type RawRecord, rawKafka, readTopics, topicEnds } from '../observe/raw-kafka.js';
import { hostileRequests } from './hostile-requests.js';

const TOPIC = 'chat.messages.shared';
const FRAME_BYTES = 5;
/** A schema that no registry has. */
const UNKNOWN_SCHEMA = 999_999;

export const poison: Drill = {
  number: 16,
  name: 'poison',
  fault: 'records that nobody can read or that lie about their tenant, between good ones; hostile bodies at the API',
  holds:
    'each is one dead letter with its place and cause, the partition moves on; hostile bodies are stored as they are or refused by 4xx',
  setup: {},
  async run(field) {
    const load = field.load();
    await load.untilTaken(100);

    const model = await aRealRecord(field);
    await produce(field, poisonFrom(field, model));
    await hostileRequests(field);
    await load.untilTaken(100);
    await load.stop();

    field.claimOnlyUnavailable(load);
  },
};

interface Poison {
  readonly what: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | string>;
}

/** A record that a gateway produced in this run. */
async function aRealRecord(field: Field): Promise<RawRecord> {
  const { stack } = field.system;
  const ends = await topicEnds(stack, (topic) => topic === TOPIC);
  const [record] = await readTopics(stack, { from: field.begin, to: ends, group: `drill-model-${field.runName}` });
  if (record === undefined) throw new Error(`There is no record on ${TOPIC} to make poison from.`);
  return record;
}

function poisonFrom(field: Field, { message }: RawRecord): Poison[] {
  const { key, value } = message;
  const headers = message.headers as Record<string, Buffer>;
  const real = value ?? Buffer.alloc(0);
  const other = field.system.tenants.find(({ tenantId, plan }) => plan === 'starter' && tenantId !== headers['tenant_id']?.toString());
  const framed = (schemaId: number, body: Buffer): Buffer => {
    const frame = Buffer.alloc(FRAME_BYTES);
    frame.writeUInt32BE(schemaId, 1);
    return Buffer.concat([frame, body]);
  };
  const schemaId = real.readUInt32BE(1);
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => field.random.integer(0, 255)));
  return [
    { what: 'text without a frame', key, headers, value: Buffer.from('not a record') },
    { what: 'broken JSON', key, headers, value: Buffer.from('{"type":"message.sent",') },
    { what: 'an unknown schema', key, headers, value: framed(UNKNOWN_SCHEMA, real.subarray(FRAME_BYTES)) },
    { what: 'a body that ends early', key, headers, value: real.subarray(0, Math.floor(real.length / 2)) },
    { what: 'random bytes', key, headers, value: framed(schemaId, bytes(200)) },
    { what: 'NUL bytes', key, headers, value: framed(schemaId, Buffer.alloc(64)) },
    { what: 'half a megabyte of anything', key, headers, value: framed(schemaId, bytes(500_000)) },
    { what: 'no value', key, headers, value: null },
    { what: 'the header of another tenant', key, headers: { ...headers, tenant_id: other?.tenantId ?? '' }, value: real },
    { what: 'the key of another tenant', key: Buffer.from(`${other?.tenantId}:${key?.toString().split(':')[1]}`), headers, value: real },
  ];
}

async function produce(field: Field, records: readonly Poison[]): Promise<void> {
  const producer = rawKafka(field.system.stack).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (const { what, key, value, headers } of field.random.shuffle(records)) {
      const [place] = await producer.send({ topic: TOPIC, messages: [{ key, value, headers }] });
      field.poison.push({ what, topic: TOPIC, partition: place?.partition ?? 0, offset: Number(place?.baseOffset) });
    }
  } finally {
    await producer.disconnect();
  }
}
