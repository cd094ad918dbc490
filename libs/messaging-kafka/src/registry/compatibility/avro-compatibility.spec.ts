import { describe, expect, it } from '@jest/globals';
import { type AvroSchema } from '@caas/schema';
import avsc, { type Schema } from 'avsc';
import fc from 'fast-check';
import { avroIncompatibilities } from './avro-compatibility.js';

const record = (name: string, fields: readonly object[]): AvroSchema => ({ type: 'record', name, namespace: 'caas', fields });
const field = (name: string, type: AvroSchema, more: object = {}): object => ({ name, type, ...more });
const base = record('Sent', [field('id', 'string'), field('size', 'int')]);

describe('what an Avro reader can do', () => {
  it.each<[string, AvroSchema, AvroSchema]>([
    ['the same schema', base, base],
    ['a field that it does not know', record('Sent', [field('id', 'string')]), base],
    [
      'a field that was not written, by its default',
      record('Sent', [field('id', 'string'), field('to', ['null', 'string'], { default: null })]),
      base,
    ],
    ['a wider number', record('Sent', [field('size', 'double')]), base],
    ['text as bytes', 'bytes', 'string'],
    ['a field under its alias', record('Sent', [field('bytes', 'int', { aliases: ['size'] })]), base],
    ['a record under its alias', { ...(record('Posted', []) as object), aliases: ['caas.Sent'] }, base],
    ['one value where one of several may be', ['null', 'string'], 'string'],
    ['a union that has one branch more', ['null', 'string', 'long'], ['string', 'null']],
    ['a number in a wider branch', ['null', 'double'], 'int'],
    [
      'an unknown symbol, by its default',
      { type: 'enum', name: 'E', symbols: ['a'], default: 'a' },
      { type: 'enum', name: 'E', symbols: ['a', 'b'] },
    ],
    [
      'lists and maps of what it can read',
      { type: 'array', items: { type: 'map', values: 'long' } },
      { type: 'array', items: { type: 'map', values: 'int' } },
    ],
    [
      'a record that contains itself',
      record('Node', [field('next', ['null', 'caas.Node'])]),
      record('Node', [field('next', ['null', 'caas.Node'])]),
    ],
  ])('it reads %s', (_, reader, writer) => {
    expect(avroIncompatibilities(reader, writer)).toEqual([]);
  });

  it.each<[string, AvroSchema, AvroSchema, { path: string; message: string }]>([
    [
      'a field that was not written',
      record('Sent', [field('id', 'string'), field('to', 'string')]),
      base,
      { path: '/to', message: 'needs the field, which was not written, and has no default for it' },
    ],
    [
      'a narrower number',
      record('Sent', [field('size', 'int')]),
      record('Sent', [field('size', 'long')]),
      { path: '/size', message: 'reads int where long was written' },
    ],
    ['another type', 'string', 'int', { path: '', message: 'reads string where int was written' }],
    ['another record', record('Other', []), base, { path: '', message: 'reads record caas.Other where record caas.Sent was written' }],
    [
      'nothing where it may be',
      record('Sent', [field('id', 'string')]),
      record('Sent', [field('id', ['null', 'string'])]),
      { path: '/id', message: 'reads string where null was written' },
    ],
    [
      'a branch that is gone',
      [record('A', [])],
      [record('A', []), record('B', [])],
      { path: '', message: 'has no branch for record caas.B' },
    ],
    [
      'a symbol',
      { type: 'enum', name: 'E', symbols: ['a'] },
      { type: 'enum', name: 'E', symbols: ['a', 'b'] },
      { path: '', message: 'does not know b' },
    ],
    [
      'bytes of another length',
      { type: 'fixed', name: 'F', size: 2 },
      { type: 'fixed', name: 'F', size: 3 },
      { path: '', message: 'reads 2 bytes, not 3' },
    ],
    [
      'a wrong type deep inside',
      record('Sent', [field('list', { type: 'array', items: record('Item', [field('n', 'int')]) })]),
      record('Sent', [field('list', { type: 'array', items: record('Item', [field('n', 'string')]) })]),
      { path: '/list/*/n', message: 'reads int where string was written' },
    ],
  ])('it cannot read %s', (_, reader, writer, issue) => {
    expect(avroIncompatibilities(reader, writer)).toEqual([issue]);
  });

  it('is judged as the codec judges it, whatever the two schemas are', () => {
    const scalar = fc.constantFrom<AvroSchema>('null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes');
    const one = fc.oneof(
      { weight: 3, arbitrary: scalar },
      fc.record({ type: fc.constant('array'), items: scalar }),
      fc.record({ type: fc.constant('map'), values: scalar }),
    );
    const union = fc.uniqueArray(fc.constantFrom<AvroSchema>('null', 'boolean', 'int', 'string', 'double'), { minLength: 1, maxLength: 4 });
    const fieldOf = (name: string) =>
      fc.record({ type: fc.oneof<fc.Arbitrary<AvroSchema>[]>(one, union), hasDefault: fc.boolean() }).map(({ type, hasDefault }) => ({
        name,
        ...(hasDefault
          ? { type: ['null', ...(Array.isArray(type) ? type : [type]).filter((branch) => branch !== 'null')], default: null }
          : { type }),
      }));
    const schema = fc.tuple(fc.option(fieldOf('a')), fc.option(fieldOf('b')), fc.option(fieldOf('c'))).map((fields) =>
      record(
        'R',
        fields.filter((found) => found !== null),
      ),
    );

    fc.assert(
      fc.property(schema, schema, (reader, writer) => {
        expect(avroIncompatibilities(reader, writer).length === 0).toBe(canResolve(reader, writer));
      }),
      { numRuns: 1_000 },
    );
  });
});

function canResolve(reader: AvroSchema, writer: AvroSchema): boolean {
  const [ours, theirs] = [reader, writer].map((schema) => avsc.Type.forSchema(structuredClone(schema) as Schema, { wrapUnions: true }));
  try {
    ours?.createResolver(theirs as never);
    return true;
  } catch {
    return false;
  }
}
