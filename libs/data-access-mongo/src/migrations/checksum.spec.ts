import { describe, expect, it } from '@jest/globals';
import { migrationChecksum } from './checksum.js';
import { type MigrationSpec, type MigrationStep } from './migration-spec.js';

const checksumOf = (up: string, change: Partial<MigrationSpec> = {}): string => {
  const spec = { version: 'V001', name: 'x', scope: 'platform', transactional: false, down: () => Promise.resolve() } as const;
  return migrationChecksum({ ...spec, ...change, up: printed(up) });
};
/** A function whose source is this text, whichever compiler printed it. */
const printed = (source: string): MigrationStep => Object.assign(() => Promise.resolve(), { toString: () => source });

describe('the checksum of a migration', () => {
  it.each([
    ["(context) => context.ensure({ names: ['a', 'b'] })", 'context => context.ensure({\n    names: ["a", "b"],\n})'],
    ['async (c) => { await c.ensure(); }', 'async (c) => {\n  // why\n  await c.ensure()\n}'],
    ['async (c) => { await c.a();; }', 'async c=>{await c.a()}'],
  ])('is the same however a compiler prints %s', (one, two) => {
    expect(checksumOf(one)).toBe(checksumOf(two));
  });

  it.each([
    ["c => c.ensure({ names: ['a'] })", "c => c.ensure({ names: ['b'] })"],
    ["c => c.a('x y')", "c => c.a('xy')"],
    ["c => c.a('// x')", "c => c.a('// y')"],
    ["c => c.a('x;')", "c => c.a('x')"],
    ['c => return1(c)', 'c => return 1(c)'],
  ])('changes from %s to %s', (one, two) => {
    expect(checksumOf(one)).not.toBe(checksumOf(two));
  });

  it.each<Partial<MigrationSpec>>([
    { version: 'V002' },
    { name: 'y' },
    { scope: 'tenant' },
    { transactional: true },
    { down: printed('() => undo()') },
  ])('changes with %j', (change) => {
    expect(checksumOf('c => c', change)).not.toBe(checksumOf('c => c'));
  });
});
