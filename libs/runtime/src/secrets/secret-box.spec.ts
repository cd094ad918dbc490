import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { sealed as sealedField, type SealedValue } from '@caas/schema';
import { SealBrokenError, SealingKeyUnknownError } from './seal-errors.js';
import { SecretBox } from './secret-box.js';
import { type SecretPlace } from './secret-place.js';

const aKey = (kid: string) => ({ kid, key: randomBytes(32) });
const [OLD, NEW] = [aKey('k1'), aKey('k2')];
const SECRET = 'whsec_correct-horse-battery-staple';
const PLACE: SecretPlace = { collection: 'webhook_endpoints', id: 'whk_1', field: 'secret' };

describe('SecretBox', () => {
  const box = new SecretBox([OLD]);
  const failureOf = (open: () => unknown): Error => {
    try {
      open();
    } catch (error) {
      return error as Error;
    }
    throw new Error('it opened');
  };

  it.each(['', 'a', SECRET, 'ä\u{1F600}', 'x'.repeat(4_096)])('opens what it sealed: %#', (secret) => {
    expect(box.open(box.seal(secret, PLACE), PLACE).toString()).toBe(secret);
  });

  it('keeps bytes as they are', () => {
    const bytes = randomBytes(64);

    expect(box.open(box.seal(bytes, PLACE), PLACE)).toEqual(bytes);
  });

  it('makes what the field of documents takes, with nothing of the secret in it', () => {
    const value = box.seal(SECRET, PLACE);

    expect(sealedField().safeParse(value).error).toBeUndefined();
    expect(JSON.stringify(value)).not.toContain('horse');
    expect(Buffer.from(value.ct, 'base64url').toString('latin1')).not.toContain('horse');
  });

  it('never seals twice alike', () => {
    const values = Array.from({ length: 100 }, () => box.seal(SECRET, PLACE));

    for (const part of ['iv', 'ct', 'tag'] as const) expect(new Set(values.map((value) => value[part])).size).toBe(100);
  });

  describe('does not open', () => {
    const value = box.seal(SECRET, PLACE);
    const flipped = (text: string): string => {
      const bytes = Buffer.from(text, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      return bytes.toString('base64url');
    };

    it.each<[string, Partial<SealedValue>]>([
      ['another ciphertext', { ct: flipped(value.ct) }],
      ['a shorter ciphertext', { ct: value.ct.slice(0, -4) }],
      ['another tag', { tag: flipped(value.tag) }],
      ['a shorter tag', { tag: value.tag.slice(0, 6) }],
      ['another iv', { iv: flipped(value.iv) }],
      ['a longer iv', { iv: `${value.iv}AAAA` }],
    ])('%s', (_, change) => {
      expect(() => box.open({ ...value, ...change }, PLACE)).toThrow(SealBrokenError);
    });

    it.each<[string, Partial<SecretPlace>]>([
      ['in another row', { id: 'whk_2' }],
      ['in another field', { field: 'prev_secret' }],
      ['in another collection', { collection: 'user_devices' }],
      ['where the parts read the same when joined', { collection: 'webhook_endpoints","whk', id: '1' }],
    ])('%s', (_, change) => {
      expect(() => box.open(value, { ...PLACE, ...change })).toThrow(SealBrokenError);
    });

    it('with another key of the same name', () => {
      expect(() => new SecretBox([aKey('k1')]).open(value, PLACE)).toThrow(SealBrokenError);
    });

    it('without its key', () => {
      expect(() => new SecretBox([NEW]).open(value, PLACE)).toThrow(SealingKeyUnknownError);
    });

    it('and says which seal, but neither the secret, nor the key, nor what it is sealed as', () => {
      const broken = failureOf(() => box.open({ ...value, tag: flipped(value.tag) }, PLACE));
      const unknown = failureOf(() => new SecretBox([NEW]).open({ ...value, kid: 'hostile-kid' }, PLACE));

      expect(broken).toMatchObject({ code: 'SYS_INTERNAL', retryable: false, details: { reason: 'seal_broken', field: 'secret' } });
      expect(unknown).toMatchObject({ code: 'SYS_INTERNAL', retryable: false, details: { reason: 'sealing_key_unknown' } });
      const told = `${inspect(broken, { depth: 10 })}${inspect(unknown, { depth: 10 })}${JSON.stringify([broken, unknown])}`;
      for (const secret of [SECRET, value.ct, value.iv, OLD.key.toString('base64'), OLD.key.toString('hex'), 'hostile-kid'])
        expect(told).not.toContain(secret);
    });
  });

  describe('after a rotation', () => {
    const rotated = new SecretBox([NEW, OLD]);
    const old = box.seal(SECRET, PLACE);

    it('seals with the first key and opens with all', () => {
      expect(rotated.seal(SECRET, PLACE).kid).toBe('k2');
      expect(rotated.open(old, PLACE).toString()).toBe(SECRET);
    });

    it('seals again what an older key sealed, so that the old key can go', () => {
      const resealed = rotated.reseal(old, PLACE);

      expect([rotated.needsResealing(old), rotated.needsResealing(resealed)]).toEqual([true, false]);
      expect(new SecretBox([NEW]).open(resealed, PLACE).toString()).toBe(SECRET);
    });
  });

  it.each<[string, () => unknown]>([
    ['no key', () => new SecretBox([])],
    ['a short key', () => new SecretBox([{ kid: 'k1', key: Buffer.alloc(16) }])],
    ['one name for two keys', () => new SecretBox([OLD, aKey('k1')])],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(TypeError);
  });

  it('shows no key when it is printed', () => {
    const told = `${inspect(box, { depth: 10, showHidden: true })}${JSON.stringify(box)}`;

    for (const encoding of ['base64', 'hex'] as const) expect(told).not.toContain(OLD.key.toString(encoding));
  });
});
