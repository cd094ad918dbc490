import { describe, expect, it } from '@jest/globals';
import { entityTag, expectedVersionOf, isNamedBy } from './entity-tag.js';

describe('entityTag', () => {
  it('is strong, and differs with the version and with the bytes', () => {
    const tags = [entityTag(7, '{"a":1}'), entityTag(8, '{"a":1}'), entityTag(7, '{"a":2}')];

    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^"\d+\.[\w-]{16}"$/);
    expect(entityTag(7, '{"a":1}')).toBe(tags[0]);
  });
});

describe('isNamedBy', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['"7.a"', true],
    ['W/"7.a"', true],
    ['"6.a", "7.a"', true],
    ['*', true],
    ['"7.b"', false],
    ['7.a', false],
  ])('reads If-None-Match: %s', (header, named) => {
    expect(isNamedBy(header, '"7.a"')).toBe(named);
  });
});

describe('expectedVersionOf', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['*', undefined],
    ['"7"', 7],
    ['"12.Ab-_9"', 12],
    [' "0.x" ', 0],
  ])('reads If-Match: %s', (header, version) => {
    expect(expectedVersionOf(header)).toBe(version);
  });

  it.each([['W/"7"'], ['"7", "8"'], ['7'], ['"abc"'], [''], ['"-1"'], ['"99999999999"']])(
    'refuses %s, because it can match no version',
    (header) => {
      expect(() => expectedVersionOf(header)).toThrow(expect.objectContaining({ code: 'VAL_PRECONDITION_FAILED', status: 412 }));
    },
  );
});
