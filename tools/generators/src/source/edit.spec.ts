import { describe, expect, it } from '@jest/globals';
import { addExport, addImport, addToConstant, addToDefaultList, addToList, addToReturned, takeServices, UnknownForm } from './edit';

/** Without what prettier decides. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

describe('addImport', () => {
  it.each([
    ["import { a } from './a.js';\n", "import { a } from './a.js'; import { b } from './b.js';"],
    ["import { c } from './b.js';\n", "import { c, b } from './b.js';"],
    ["import { type b } from './b.js';\n", "import { b } from './b.js';"],
    ["import { b } from './b.js';\n", "import { b } from './b.js';"],
    ["import type { c } from './b.js';\n", "import type { c } from './b.js'; import { b } from './b.js';"],
    ["import * as all from './b.js';\n", "import * as all from './b.js'; import { b } from './b.js';"],
  ])('makes of %j %j', (text, expected) => {
    expect(flat(addImport(text, { name: 'b', from: './b.js' }))).toBe(expected);
  });
});

describe('addToList', () => {
  const add = (text: string): string => flat(addToList(text, { callee: 'define', key: 'all', element: 'b' }));

  it.each([
    ['define({ all: [] })', 'define({ all: [b] })'],
    ['define({ all: [a] })', 'define({ all: [a, b] })'],
    ['define({ all: [a, b] })', 'define({ all: [a, b] })'],
    ['define({ all: [\n  a, // why\n  b,\n] })', 'define({ all: [ a, // why b, ] })'],
    ['define({ other: 1 })', 'define({ other: 1, all: [b] })'],
    ["// define({ all: [] })\ndefine({ text: 'all: []' })", "// define({ all: [] }) define({ text: 'all: []', all: [b] })"],
  ])('makes of %j %j', (text, expected) => {
    expect(add(text)).toBe(expected);
  });

  it.each(['other({ all: [] })', 'define(options)', 'define({ all: listed })'])('does not guess in %j', (text) => {
    expect(() => add(text)).toThrow(UnknownForm);
  });
});

it('addToConstant looks through as const', () => {
  const add = (text: string): string => flat(addToConstant(text, { constant: 'ALL', key: 'b', value: '2' }));

  expect(add('const ALL = { a: 1 } as const;')).toBe('const ALL = { a: 1, b: 2 } as const;');
  expect(add('const ALL = { b: 3 } as const;')).toBe('const ALL = { b: 3 } as const;');
});

it('addExport puts names of one module together', () => {
  const one = addExport("export { a } from './a.js';\n", { name: 'B', from: './b.js', isType: true });

  expect(flat(addExport(one, { name: 'c', from: './b.js' }))).toBe("export { a } from './a.js'; export { type B, c } from './b.js';");
  expect(addExport(one, { name: 'B', from: './b.js' })).toBe(one);
});

it('addToDefaultList adds once', () => {
  expect(addToDefaultList('export default [a];', 'b')).toBe('export default [a, b];');
  expect(addToDefaultList('export default [a, b];', 'b')).toBe('export default [a, b];');
});

describe('addToReturned', () => {
  it.each([
    ['function parts() { return []; }', 'function parts() { return [b()]; }'],
    ['function parts() { return [a()]; }', 'function parts() { return [a(), b()]; }'],
    ['function parts() { return all(); }', 'function parts() { return [...all(), b()]; }'],
  ])('makes of %j %j', (text, expected) => {
    expect(addToReturned(text, { functionName: 'parts', element: 'b()' })).toBe(expected);
  });
});

describe('takeServices', () => {
  it.each([
    ['function parts() {}', 'function parts({ mongo, redis }: Services) {}', 'mongo, redis'],
    ['function parts({ mongo }: Services) {}', 'function parts({ mongo, redis }: Services) {}', 'mongo, redis'],
    ['function parts(all: Services) {}', 'function parts(all: Services) {}', 'mongo: all.mongo, redis: all.redis'],
  ])('makes of %j %j', (text, expected, members) => {
    expect(takeServices(text, 'parts', ['mongo', 'redis'])).toEqual({ text: expected, members });
  });
});
