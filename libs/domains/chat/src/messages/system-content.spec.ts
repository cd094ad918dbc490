import { describe, expect, it } from '@jest/globals';
import { newId, z } from '@caas/schema';
import { documentArbitrary, expectRenderingsAgree } from '@caas/testing/schema';
import fc from 'fast-check';
import { messageContent } from './message-content.js';
import { SYSTEM_TYPES, systemEvent, toSystemContent } from './system-content.js';

describe('systemEvent', () => {
  it('has data for every kind', () => {
    expect(systemEvent.options.map(({ shape }) => shape.type.value)).toEqual(SYSTEM_TYPES);
  });

  it('means the same to zod, Avro and JSON Schema', () => {
    expectRenderingsAgree(z.strictObject({ event: systemEvent }), { dialects: ['avro', 'json'], runs: 40 });
  });

  it('of any kind is the content of a message', () => {
    fc.assert(
      fc.property(documentArbitrary(systemEvent), (event) => {
        const content = toSystemContent(event);

        expect(messageContent.safeParse(content).error).toBeUndefined();
        expect(content.system).toEqual(event);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses the data of another kind', () => {
    expect(systemEvent.safeParse({ type: 'user_left', data: { user_id: newId('usr') } }).success).toBe(true);
    expect(systemEvent.safeParse({ type: 'user_joined', data: { user_id: newId('usr') } }).success).toBe(false);
    expect(systemEvent.safeParse({ type: 'user_left', data: { user_id: newId('usr'), by: null } }).success).toBe(false);
  });
});
