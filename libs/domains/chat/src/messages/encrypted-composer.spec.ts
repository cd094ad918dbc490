import { describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { encryptedOf } from './encrypted-composer.js';
import { type E2eWire } from './encrypted-content.js';
import { type NewMessage } from './new-message.js';
import { saidContentOf, toStoredContent } from './stored-content.js';

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
const key = { user_id: newId('usr'), device_id: newId('dev'), kind: 'message' as const, wrapped_key: base64(32) };
const signal: E2eWire = {
  v: 1,
  protocol: 'signal',
  ciphertext: base64(100),
  sender_device_id: newId('dev'),
  sender_key_id: 'k1',
  keys: [key],
};
const senderKey: E2eWire = { ...signal, protocol: 'sender_key', keys: undefined };
type Sealed = Exclude<NewMessage, { type: 'system' }>;
const issuesOf = (message: Sealed, e2e: E2eWire): string[] => {
  try {
    encryptedOf(message, e2e);
    return [];
  } catch (error) {
    return (error as { issues: { field: string }[] }).issues.map(({ field }) => field);
  }
};

describe('an encrypted message', () => {
  it('keeps its kind, its file and the ciphertext, byte for byte', () => {
    const file_id = newId('file');
    for (const e2e of [signal, senderKey]) {
      const said = encryptedOf({ type: 'image', content: { media: { file_id }, e2e } }, e2e);

      expect(said).toMatchObject({ type: 'encrypted', content_type: 'image', media: { file_id } });
      expect(toStoredContent(said)).toMatchObject({
        e2e: { ciphertext: Buffer.alloc(100, 7), keys: e2e.keys === undefined ? null : [{}] },
      });
      expect(JSON.parse(JSON.stringify(saidContentOf(toStoredContent(said))))).toEqual(JSON.parse(JSON.stringify(said)));
    }
  });

  it.each<[string, Sealed, string[]]>([
    ['a text', { type: 'text', content: { text: 'hi', e2e: signal } }, ['/body/content/text']],
    ['mentions', { type: 'text', content: { e2e: signal }, mentions: [] }, ['/body/mentions']],
    [
      'a place',
      { type: 'location', content: { latitude: 1, longitude: 2, e2e: signal } },
      ['/body/content/latitude', '/body/content/longitude'],
    ],
    [
      'details of a file',
      { type: 'video', content: { media: { file_id: newId('file'), width: 1, duration: 2 }, e2e: signal } },
      ['/body/content/media/width', '/body/content/media/duration'],
    ],
    [
      'a person',
      { type: 'contact', content: { name: 'Ada', phone: '+41441234567', e2e: signal } },
      ['/body/content/name', '/body/content/phone'],
    ],
  ])('says nothing in clear: not %s', (_, message, fields) => {
    expect(issuesOf(message, signal)).toEqual(fields);
  });

  it.each<[string, E2eWire, string[]]>([
    ['keys with signal', { ...signal, keys: [] }, ['/body/content/e2e/keys']],
    ['no keys with sender keys', { ...signal, protocol: 'sender_key' }, ['/body/content/e2e/keys']],
    ['whole groups of base64', { ...signal, ciphertext: 'abcde' }, ['/body/content/e2e/ciphertext']],
    ['64 KiB at most', { ...signal, ciphertext: base64(65_537) }, ['/body/content/e2e/ciphertext']],
    [
      '1 KiB of a key at most',
      { ...signal, keys: [key, { ...key, wrapped_key: base64(1_025) }] },
      ['/body/content/e2e/keys/1/wrapped_key'],
    ],
  ])('needs %s', (_, e2e, fields) => {
    expect(issuesOf({ type: 'text', content: { e2e } }, e2e)).toEqual(fields);
    expect(issuesOf({ type: 'text', content: { e2e: signal } }, signal)).toEqual([]);
  });
});
