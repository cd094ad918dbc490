import { describe, expect, it } from '@jest/globals';
import { differencesOf } from './differences.js';

describe('differencesOf', () => {
  it('finds nothing between equal documents, whatever the order of their keys', () => {
    expect(differencesOf({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, 'x')).toEqual([]);
  });

  it('names the innermost path that differs, with both values', () => {
    const actual = { $jsonSchema: { properties: { body: { bsonType: 'string', maxLength: 10 } } } };
    const defined = { $jsonSchema: { properties: { body: { bsonType: 'string', maxLength: 20 } } } };

    expect(differencesOf(actual, defined, 'validator')).toEqual([
      { path: 'validator.$jsonSchema.properties.body.maxLength', actual: 10, defined: 20 },
    ]);
  });

  it('names what is on one side only once, with its whole content', () => {
    expect(differencesOf({ old: { a: 1, b: 2 } }, { new: { c: 3 } }, 'v')).toEqual([
      { path: 'v.new', defined: { c: 3 } },
      { path: 'v.old', actual: { a: 1, b: 2 } },
    ]);
  });

  it('compares lists as wholes and dates by their time', () => {
    expect(differencesOf({ required: ['a'], at: new Date(1) }, { required: ['a', 'b'], at: new Date(1) }, 'v')).toEqual([
      { path: 'v.required', actual: ['a'], defined: ['a', 'b'] },
    ]);
  });

  it('stops after twenty', () => {
    const wide = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`field_${index}`, index]));

    expect(differencesOf({}, wide, 'v')).toHaveLength(20);
  });
});
