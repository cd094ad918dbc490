import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CursorCodec, type Cursor, type CursorBinding } from './cursor.js';

const codec = new CursorCodec(Buffer.alloc(32, 1));
const binding: CursorBinding = {
  tenantId: 'clnt_acme0001',
  collection: 'lines',
  route: '/v1/lines',
  sort: [['seq', -1]],
  filter: { tenant_id: 'clnt_acme0001' },
};
const cursor: Cursor = { direction: 'forward', values: [7] };
const invalid = expect.objectContaining({ code: 'VAL_CURSOR_INVALID', status: 400 });

describe('CursorCodec', () => {
  it('reads what it wrote, types included', () => {
    const wide: CursorBinding = {
      ...binding,
      sort: [
        ['a', 1],
        ['b', 1],
        ['c', 1],
        ['d', 1],
        ['e', 1],
      ],
    };
    const written: Cursor = { direction: 'backward', values: ['ä"', 1.5, new Date(5), null, true] };

    expect(codec.decode(codec.encode(written, wide), wide)).toEqual(written);
  });

  it('writes text that fits into a URL as it is', () => {
    expect(codec.encode(cursor, binding)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each<[string, Partial<CursorBinding>]>([
    ['another tenant', { tenantId: 'clnt_acme0002' }],
    ['no tenant', { tenantId: undefined }],
    ['another route', { route: '/v1/other-lines' }],
    ['another collection', { collection: 'people' }],
    ['another order', { sort: [['seq', 1]] }],
    ['another sort key', { sort: [['created_at', -1]] }],
    ['another filter', { filter: { tenant_id: 'clnt_acme0001', thread_id: 'x' } }],
  ])('refuses the cursor of %s', (_, change) => {
    const token = codec.encode(cursor, { ...binding, ...change });

    expect(() => codec.decode(token, binding)).toThrow(invalid);
  });

  it('refuses the cursor of another key', () => {
    const token = new CursorCodec(Buffer.alloc(32, 2)).encode(cursor, binding);

    expect(() => codec.decode(token, binding)).toThrow(invalid);
  });

  it('refuses a cursor with any one character changed', () => {
    const token = codec.encode(cursor, binding);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.nat(63), (position, letter) => {
        const changed = `${token.slice(0, position)}${alphabet[letter]}${token.slice(position + 1)}`;
        fc.pre(changed !== token);
        expect(() => codec.decode(changed, binding)).toThrow(invalid);
      }),
    );
  });

  it('refuses every other text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => expect(() => codec.decode(text, binding)).toThrow(invalid)));
  });

  it.each<[string, unknown]>([
    ['a cut-off cursor', codec.encode(cursor, binding).slice(0, -1)],
    ['a padded cursor', `${codec.encode(cursor, binding)}==`],
    ['an object', { $ne: null }],
    ['a very long text', 'A'.repeat(5_000)],
  ])('refuses %s', (_, token) => {
    expect(() => codec.decode(token as string, binding)).toThrow(invalid);
  });

  it('makes the same key of the same secret', () => {
    const secret = Buffer.alloc(32, 3).toString('base64');
    const token = CursorCodec.fromSecret(secret).encode(cursor, binding);

    expect(CursorCodec.fromSecret(secret).decode(token, binding)).toEqual(cursor);
    expect(() => codec.decode(token, binding)).toThrow(invalid);
  });

  it('refuses a short key', () => {
    expect(() => new CursorCodec(Buffer.alloc(31))).toThrow(/32 bytes/);
  });
});
