import { envelopeSchema } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { compileValidator, newId, newTenantId } from '@caas/schema';
import { type Figure } from './support/report.js';
import { percentile } from './support/statistics.js';

const MESSAGE_BYTES = 2_048;
const WARM_UP = 5_000;
const PER_ROUND = 20_000;
const FLOOR_MICROS = 1_000;

/** Encode with its check, and decode with its check, of one 2 KB message: the slowest of a hundred. In this process, without servers. */
export function measureCodec({ rounds }: { rounds: number }): Figure[] {
  const topic = modules.topics.find(({ family }) => family === 'chat.messages');
  const event = topic?.events.find(({ type }) => type === 'message.sent');
  if (topic?.value.format !== 'avro' || event === undefined) throw new Error('There is no message.sent in Avro on chat.messages.');
  const { codec } = topic.value;
  const checkPayload = compileValidator<unknown>(event.payload);
  const checkEnvelope = compileValidator<unknown>(envelopeSchema(event), { unknownFields: 'ignore' });
  const decode = codec.decoderFor(codec.schema);
  const envelope = aMessage(event.version);
  const encoded = codec.encode(envelope);
  const figures = [
    figureOf('encode and check a message of 2 KB', rounds, () => {
      requireGood(checkPayload(envelope.payload).ok);
      codec.encode(envelope);
    }),
    figureOf('decode and check a message of 2 KB', rounds, () => {
      requireGood(checkEnvelope(decode(encoded)).ok);
    }),
  ];
  return figures;
}

function figureOf(what: string, rounds: number, work: () => void): Figure {
  for (let index = 0; index < WARM_UP; index += 1) work();
  const times: number[] = [];
  for (let index = 0; index < PER_ROUND * rounds; index += 1) {
    const started = performance.now();
    work();
    times.push(performance.now() - started);
  }
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return {
    what,
    measured: `p50 ${(p50 * 1_000).toFixed(0)} µs, p99 ${(p99 * 1_000).toFixed(0)} µs`,
    value: p99 * 1_000,
    unit: 'µs',
    floor: FLOOR_MICROS,
  };
}

function aMessage(version: string) {
  const sender = newId('usr');
  return {
    id: newId('evt'),
    type: 'message.sent',
    version,
    timestamp: 1_760_000_000_000,
    tenant_id: newTenantId(),
    source: 'bench',
    payload: {
      message_id: newId('msg'),
      conversation_id: newId('conv'),
      sender_id: sender,
      content: { type: 'text', text: 'x'.repeat(MESSAGE_BYTES) },
    },
    metadata: { user_id: sender },
  };
}

function requireGood(ok: boolean): void {
  if (!ok) throw new Error('The message of this benchmark is not valid any more.');
}
