import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnavailableError } from '@caas/runtime';
import { text } from '@caas/schema';
import { z } from 'zod';
import { defineEvent } from '../definitions/event.js';
import { defineTopic } from '../definitions/topic.js';
import { MemoryRegistry } from '../fixtures/memory-registry.fixture.js';
import { ValueDecoders } from './value-decoders.js';
import { ValueEncoder } from './value-encoder.js';

/** Version `n` of a topic: every version adds an optional field. */
function aVersion(format: 'avro' | 'json', extra: z.ZodRawShape = {}) {
  const payload = z.strictObject({ conversation_id: text({ max: 50 }), ...extra });
  const sent = defineEvent({ type: 'message.sent', version: '1.0.0', key: null, payload });
  return defineTopic({
    family: 'chat.specs',
    scope: 'tenant',
    format,
    partitions: 1,
    retentionMs: 1_000,
    cleanup: 'delete',
    events: [sent],
    description: 'of this spec',
  });
}

const envelope = (payload: object) => ({
  id: 'evt_01m84kwcf4ed8a0798m4sefy7d',
  type: 'message.sent',
  version: '1.0.0',
  timestamp: 1,
  tenant_id: 'clnt_abcdefgh',
  source: 'spec',
  payload,
  metadata: {},
});

let registry: MemoryRegistry;
beforeEach(() => {
  registry = new MemoryRegistry();
});

function written(topic: ReturnType<typeof aVersion>, value: object): { id: number; value: Buffer } {
  const id = registry.add(topic.subject, { type: topic.format === 'avro' ? 'AVRO' : 'JSON', text: topic.value.text });
  const encoder = new ValueEncoder(topic);
  encoder.useSchema(id);
  return { id, value: encoder.encode(value) };
}

describe.each(['avro', 'json'] as const)('ValueDecoders of %s', (format) => {
  const older = aVersion(format);
  const newer = aVersion(format, { mood: text({ max: 10 }).optional() });

  it('reads what its own version wrote', async () => {
    const { id, value } = written(older, envelope({ conversation_id: 'conv_1' }));

    const decode = await new ValueDecoders(older, registry).load(id);

    expect(decode(value)).toEqual(envelope({ conversation_id: 'conv_1' }));
  });

  it('reads what an older version wrote', async () => {
    const { id, value } = written(older, envelope({ conversation_id: 'conv_1' }));

    const decode = await new ValueDecoders(newer, registry).load(id);

    expect(decode(value)).toEqual(envelope({ conversation_id: 'conv_1' }));
  });

  it('reads what a newer version wrote', async () => {
    const { id, value } = written(newer, envelope({ conversation_id: 'conv_1', mood: 'glad' }));

    const decode = await new ValueDecoders(older, registry).load(id);

    expect(decode(value)).toMatchObject(envelope({ conversation_id: 'conv_1' }));
  });

  it('calls bytes that are no such value undecodable', async () => {
    const { id, value } = written(older, envelope({ conversation_id: 'conv_1' }));

    const decode = await new ValueDecoders(older, registry).load(id);

    expect(() => decode(value.subarray(0, value.length - 3))).toThrow(
      expect.objectContaining({ failure: 'UNDECODABLE', category: 'poison' }),
    );
  });
});

describe('ValueDecoders', () => {
  const topic = aVersion('avro');

  it('asks the registry once for many that wait, and never again', async () => {
    const { id } = written(topic, envelope({ conversation_id: 'conv_1' }));
    const decoders = new ValueDecoders(topic, registry);
    expect(decoders.cached(id)).toBeUndefined();

    await Promise.all([decoders.load(id), decoders.load(id), decoders.load(id)]);
    registry.down = true;
    await decoders.load(id);

    expect(registry.calls).toBe(1);
    expect(decoders.cached(id)).toBeDefined();
  });

  it('calls an id that the registry does not have a schema failure, and asks once for a flood of them', async () => {
    const decoders = new ValueDecoders(topic, registry);

    for (let time = 0; time < 3; time += 1) {
      await expect(decoders.load(77)).rejects.toMatchObject({ failure: 'UNKNOWN_SCHEMA', category: 'schema', retryable: false });
    }
    expect(registry.calls).toBe(1);
  });

  it('lets a registry that does not answer be tried again, and counts it', async () => {
    const { id } = written(topic, envelope({ conversation_id: 'conv_1' }));
    const counted: string[] = [];
    const decoders = new ValueDecoders(topic, registry, (result) => counted.push(result));
    registry.down = true;

    await expect(decoders.load(id)).rejects.toThrow(UnavailableError);
    registry.down = false;
    await decoders.load(id);

    expect(counted).toEqual(['error', 'miss']);
  });

  it('refuses a schema of another format or of another topic', async () => {
    const json = registry.add('other-value', { type: 'JSON', text: '{}' });
    const avro = registry.add('other-value', { type: 'AVRO', text: '"int"' });
    const decoders = new ValueDecoders(topic, registry);

    await expect(decoders.load(json)).rejects.toMatchObject({ failure: 'UNFIT_SCHEMA' });
    await expect(decoders.load(avro)).rejects.toMatchObject({ failure: 'UNFIT_SCHEMA' });
  });
});
