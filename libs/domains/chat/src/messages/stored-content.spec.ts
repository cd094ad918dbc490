import { describe, expect, it } from '@jest/globals';
import { newId, z } from '@caas/schema';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { contentTypeOf, plainContentOf, type StoredContent, storedContent } from './stored-content.js';

const encrypted: StoredContent = {
  type: 'encrypted',
  content_type: 'image',
  media: { file_id: newId('file') },
  e2e: {
    v: 1,
    protocol: 'signal',
    ciphertext: Buffer.from('secret'),
    sender_device_id: newId('dev'),
    sender_key_id: 'k1',
    keys: [{ user_id: newId('usr'), device_id: newId('dev'), kind: 'message', wrapped_key: Buffer.alloc(1_024) }],
  },
};
const isGood = (value: unknown): boolean => storedContent.safeParse(value).success;

describe('storedContent', () => {
  it('means the same to zod and MongoDB', () => {
    expectRenderingsAgree(z.strictObject({ content: storedContent }), { dialects: ['bson'], runs: 40 });
  });

  it('is in clear, encrypted or erased', () => {
    expect(isGood({ type: 'text', text: 'hello' })).toBe(true);
    expect(isGood(encrypted)).toBe(true);
    expect(isGood({ type: 'erased', content_type: 'text' })).toBe(true);
  });

  it.each([
    ['plaintext beside the ciphertext', { ...encrypted, text: 'hello' }],
    ['details of encrypted media', { ...encrypted, media: { file_id: newId('file'), width: 1 } }],
    ['names of mentioned users', { ...encrypted, mentions: [{ user_id: newId('usr'), display_name: 'Ada' }] }],
    ['an encrypted system message', { ...encrypted, content_type: 'system' }],
    ['another version', { ...encrypted, e2e: { ...encrypted.e2e, v: 2 } }],
    ['more than 64 KiB', { ...encrypted, e2e: { ...encrypted.e2e, ciphertext: Buffer.alloc(65_537) } }],
    ['more than 200 wrapped keys', { ...encrypted, e2e: { ...encrypted.e2e, keys: Array(201).fill(encrypted.e2e.keys?.[0]) } }],
    ['a ciphertext in a plain message', { type: 'text', text: 'hello', e2e: encrypted.e2e }],
    ['words of an erased message', { type: 'erased', content_type: 'text', text: 'hello' }],
    ['a text without words', { type: 'text' }],
  ])('is not %s', (_, value) => {
    expect(isGood(value)).toBe(false);
  });

  it('has a kind in clear, and words only when it is not encrypted', () => {
    const text: StoredContent = { type: 'text', text: 'hello' };

    expect([text, encrypted].map(contentTypeOf)).toEqual(['text', 'image']);
    expect([text, encrypted].map(plainContentOf)).toEqual([text, null]);
  });
});
