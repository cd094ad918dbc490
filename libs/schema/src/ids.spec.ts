import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveId, ID_PREFIXES, idOf, type IdPrefix, isId, newId, uuidOfId } from './ids.js';

const prefixes = Object.values(ID_PREFIXES);
const aPrefix = fc.constantFrom(...prefixes);

describe('newId', () => {
  it('makes an id of its kind and of no other', () => {
    fc.assert(
      fc.property(aPrefix, aPrefix, (prefix, other) => {
        const id = newId(prefix);

        expect(isId(prefix, id)).toBe(true);
        expect(isId(other, id)).toBe(other === prefix);
      }),
    );
  });

  it('makes ids that sort in the order in which they were made', () => {
    const ids = Array.from({ length: 50_000 }, () => newId('msg'));

    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('holds the time of its making in a UUID of version 7', () => {
    const before = Date.now();

    const uuid = uuidOfId('evt', newId('evt'));

    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    const milliseconds = Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
    expect(milliseconds).toBeGreaterThanOrEqual(before);
    expect(milliseconds).toBeLessThanOrEqual(Date.now() + 1);
  });
});

describe('deriveId', () => {
  it('gives the same id for the same parts', () => {
    fc.assert(
      fc.property(aPrefix, fc.array(fc.string()), (prefix, parts) => {
        const id = deriveId(prefix, ...parts);

        expect(deriveId(prefix, ...parts)).toBe(id);
        expect(isId(prefix, id)).toBe(true);
      }),
    );
  });

  it('stays what it was when it was first published', () => {
    expect(deriveId('msg', 'clnt_acme0001', 'client-1')).toBe('msg_2xajg42kt8hpht20sx7h1x64at');
  });

  it('keeps parts apart', () => {
    const ids = [
      deriveId('op', 'a', 'bc'),
      deriveId('op', 'ab', 'c'),
      deriveId('op', 'abc'),
      deriveId('op', 'abc', ''),
      deriveId('aud', 'abc'),
    ];

    expect(new Set(ids.map((id) => id.slice(id.indexOf('_')))).size).toBe(ids.length);
  });

  it('is a UUID of version 8', () => {
    expect(uuidOfId('op', deriveId('op', 'x'))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});

describe('isId', () => {
  const good = 'usr_01h455vb4pex5vsknk084sn02q';

  it.each([
    ['another kind', good.replace('usr', 'msg')],
    ['capitals', good.toUpperCase()],
    ['a letter that base32 leaves out', good.replace('q', 'l')],
    ['more than 128 bits', good.replace('_0', '_8')],
    ['a character too few', good.slice(0, -1)],
    ['a character too many', `${good}0`],
    ['a line break at the end', `${good}\n`],
    ['no underscore', good.replace('_', '')],
    ['nothing', undefined],
    ['a list of one id', [good]],
  ])('refuses %s', (_what, value) => {
    expect(isId('usr', value)).toBe(false);
    expect(idOf('usr').safeParse(value).success).toBe(false);
  });

  it('accepts an id', () => {
    expect(isId('usr', good)).toBe(true);
    expect(idOf('usr').parse(good)).toBe(good);
  });

  it('throws for a prefix that is not registered', () => {
    expect(() => isId('xyz' as IdPrefix, good)).toThrow('register it in ID_PREFIXES');
  });
});

describe('uuidOfId', () => {
  it('gives the UUID of the TypeID specification', () => {
    expect(uuidOfId('usr', 'usr_01h455vb4pex5vsknk084sn02q')).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
  });

  it('throws for what is no id of the kind', () => {
    expect(() => uuidOfId('msg', 'usr_01h455vb4pex5vsknk084sn02q')).toThrow(TypeError);
  });
});
