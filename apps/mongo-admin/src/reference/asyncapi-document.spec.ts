import specs from '@asyncapi/specs';
import { describe, expect, it } from '@jest/globals';
import { hasSchema } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { asyncApiDocument } from './asyncapi-document.js';

interface Document {
  channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  components: { messages: Record<string, { name: string; contentType: string }> };
}
const document = asyncApiDocument(modules.topics) as Document;

/** What AsyncAPI's own schema says against a document. */
function faults(candidate: unknown): ErrorObject[] {
  // The schema brings draft-07 along, under the name that ajv has given its own copy.
  const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, logger: false });
  addFormats.default(ajv);
  const validate = ajv.compile(specs.schemas['3.0.0'] as object);
  return validate(candidate) ? [] : (validate.errors ?? []);
}

describe('the AsyncAPI document', () => {
  it('is one by the schema of AsyncAPI 3', () => {
    expect(faults(document)).toEqual([]);
  });

  it('would not be one with a channel that is none', () => {
    expect(faults({ ...document, channels: { broken: { address: 7 } } })).not.toEqual([]);
  });

  it.each(modules.topics.filter(hasSchema))('has the channel $family with every event of it', ({ family, scope, events }) => {
    const channel = document.channels[family];

    expect(channel?.address).toBe(scope === 'tenant' ? `${family}.{placement}` : family);
    expect(Object.keys(channel?.messages ?? {})).toEqual(events.length > 0 ? events.map(({ type }) => type) : [family]);
  });

  it('resolves every reference to a message', () => {
    const referred = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));

    expect(referred.filter((name) => document.components.messages[name]?.name !== name)).toEqual([]);
  });
});
