import { describe, expect, it } from '@jest/globals';
import { type RegisteredSchema } from '../types.js';
import { checkCompatibility, issueText } from './check-compatibility.js';

const avro = (...fields: readonly object[]): RegisteredSchema => ({
  type: 'AVRO',
  text: JSON.stringify({ type: 'record', name: 'R', fields }),
});
const id = { name: 'id', type: 'string' };
const optional = { name: 'to', type: ['null', 'string'], default: null };
const required = { name: 'to', type: 'string' };

describe('the promise of a subject', () => {
  it.each<['BACKWARD' | 'FORWARD' | 'FULL', string, RegisteredSchema, RegisteredSchema, string[]]>([
    ['BACKWARD', 'a field with a default', avro(id, optional), avro(id), []],
    ['BACKWARD', 'a field without', avro(id, required), avro(id), ['BACKWARD']],
    ['BACKWARD', 'one field fewer', avro(id), avro(id, required), []],
    ['FORWARD', 'a field without', avro(id, required), avro(id), []],
    ['FORWARD', 'one needed field fewer', avro(id), avro(id, required), ['FORWARD']],
    ['FULL', 'a field with a default', avro(id, optional), avro(id), []],
    ['FULL', 'a field without', avro(id, required), avro(id), ['BACKWARD']],
    ['FULL', 'one needed field fewer', avro(id), avro(id, required), ['FORWARD']],
    ['FULL', 'another type', avro({ ...id, type: 'int' }), avro(id), ['BACKWARD', 'FORWARD']],
  ])('%s and %s', (compatibility, _, next, previous, broken) => {
    expect(checkCompatibility({ next, previous, compatibility }).map(({ direction }) => direction)).toEqual(broken);
  });

  it('is broken by another format', () => {
    const issues = checkCompatibility({ next: { type: 'JSON', text: '{}' }, previous: avro(id), compatibility: 'BACKWARD' });

    expect(issues).toEqual([{ direction: 'BACKWARD', path: '', message: 'is JSON, and what was written is AVRO' }]);
  });

  it('is told as a sentence', () => {
    const [issue] = checkCompatibility({ next: avro(id, required), previous: avro(id), compatibility: 'BACKWARD' });

    expect(issue && issueText(issue)).toBe(
      'The new reader of old records, at /to: needs the field, which was not written, and has no default for it.',
    );
  });
});
