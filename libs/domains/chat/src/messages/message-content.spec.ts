import { describe, expect, it } from '@jest/globals';
import { type MessageContent, messageContent, previewOf } from './message-content.js';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { z } from '@caas/schema';

const aText = (text: string): MessageContent => ({ type: 'text', text });

describe('previewOf', () => {
  it.each<[string, string, string]>([
    ['a short text', 'hello', 'hello'],
    ['100 characters', 'a'.repeat(100), 'a'.repeat(100)],
    ['101 characters', 'a'.repeat(101), `${'a'.repeat(99)}…`],
    ['100 astral characters', '😀'.repeat(100), '😀'.repeat(100)],
    ['101 astral characters, without half of one', '😀'.repeat(101), `${'😀'.repeat(99)}…`],
  ])('of %s', (_, text, expected) => {
    expect(previewOf(aText(text))).toBe(expected);
  });

  it('is the caption where there is one, and null where nothing is said in words', () => {
    const media = { file_id: `file_${'0'.repeat(26)}`, file_name: 'a.png', file_size: 1, mime_type: 'image/png', width: 1, height: 1 };

    expect(previewOf({ type: 'image', media, text: 'look' })).toBe('look');
    expect(previewOf({ type: 'image', media })).toBeNull();
    expect(previewOf({ type: 'location', location: { latitude: 0, longitude: 0 } })).toBeNull();
  });
});

describe('messageContent', () => {
  it('means the same to the API, to Avro and to MongoDB', () => {
    expectRenderingsAgree(z.strictObject({ content: messageContent }), { dialects: ['bson', 'avro', 'json'], runs: 40 });
  });
});
