import { describe, expect, it } from '@jest/globals';
import { text } from '@caas/schema';
import { z } from 'zod';
import { defineEvent, TENANT_KEY } from './event.js';

const payload = z.strictObject({ conversation_id: text({ max: 50 }), body: text({ max: 10 }).optional(), count: z.int32() });
const options = { type: 'message.sent', version: '1.2.3', payload, key: 'conversation_id' } as const;

describe('defineEvent', () => {
  it('keeps what it was given and the major version', () => {
    expect(defineEvent({ ...options, description: 'a message' })).toEqual({ ...options, major: 1, description: 'a message' });
  });

  it('takes the tenant or nothing as the key', () => {
    expect(defineEvent({ ...options, key: TENANT_KEY }).key).toBe('@tenant');
    expect(defineEvent({ ...options, key: null }).key).toBeNull();
  });

  it.each(['message', 'Message.sent', 'message..sent', 'message.sent.', '.sent', `a.${'b'.repeat(100)}`])('refuses the type %s', (type) => {
    expect(() => defineEvent({ ...options, type })).toThrow(/dotted lower-case name/);
  });

  it.each(['1', '1.0', 'v1.0.0', '01.0.0', '1.0.0-beta'])('refuses the version %s', (version) => {
    expect(() => defineEvent({ ...options, version })).toThrow(/major.minor.patch/);
  });

  it('refuses a key that is no field of the payload', () => {
    expect(() => defineEvent({ ...options, key: 'user_id' as 'body' })).toThrow(
      'Event message.sent: the key field "user_id" is not in the payload.',
    );
  });

  it('refuses a key that may be absent or is no text', () => {
    expect(() => defineEvent({ ...options, key: 'body' })).toThrow(/"body" must be a required string, not optional/);
    expect(() => defineEvent({ ...options, key: 'count' })).toThrow(/"count" must be a required string, not number/);
  });
});
