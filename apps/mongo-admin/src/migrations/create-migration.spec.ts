import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMigration } from './create-migration.js';
import { migrationList, variableOf, withMigrations } from './migration-template.js';

const MODULE = `export const notesModule = defineModule({
  name: 'notes',
  collections: [notes],
  topics: [],
});
`;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'caas-migrations-'));
  const source = join(root, 'libs', 'domains', 'notes', 'src');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(root, 'nx.json'), '{}');
  writeFileSync(join(source, 'notes.module.ts'), MODULE);
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (file: string): string => readFileSync(join(root, 'libs', 'domains', 'notes', 'src', file), 'utf8');
const create = (name: string, taken: number[] = []) =>
  createMigration({ name, domain: 'notes', scope: 'tenant', taken: taken.map((number) => ({ number })), root });

describe('createMigration', () => {
  it('writes the migration, lists it and names the list in the module', () => {
    const created = create('Rename the title', [3, 11]);

    expect(created).toEqual({
      version: 'V012',
      name: 'rename_the_title',
      files: [
        'libs/domains/notes/src/migrations/v012-rename-the-title.migration.ts',
        'libs/domains/notes/src/notes.migrations.ts',
        'libs/domains/notes/src/notes.module.ts',
      ],
    });
    expect(read('migrations/v012-rename-the-title.migration.ts')).toContain(
      "version: 'V012',\n  name: 'rename_the_title',\n  scope: 'tenant',",
    );
    expect(read('notes.migrations.ts')).toContain(
      "import { v012RenameTheTitle } from './migrations/v012-rename-the-title.migration.js';\n\nexport default [v012RenameTheTitle];",
    );
    expect(read('notes.module.ts')).toContain("  topics: [],\n  migrations: () => import('./notes.migrations.js'),\n});");
  });

  it('adds to what there is and leaves the module as it is then', () => {
    create('one');
    const module = read('notes.module.ts');

    expect(create('two', [1]).files).toHaveLength(2);

    expect(read('notes.migrations.ts')).toContain('export default [v001One, v002Two];');
    expect(read('notes.module.ts')).toBe(module);
  });

  it.each([
    ['1st', 'notes', /name/],
    ['a/b', 'notes', /name/],
    ['fine', 'nowhere', /one of notes/],
  ])('refuses %s in %s and writes nothing', (name, domain, message) => {
    expect(() => createMigration({ name, domain, scope: 'tenant', taken: [], root })).toThrow(message);
    expect(() => read('notes.migrations.ts')).toThrow(/ENOENT/);
  });
});

describe('the list of a domain', () => {
  it('is in the order of numbers, one a line when they are many', () => {
    const files = Array.from({ length: 12 }, (_, index) => `v${String(index + 995).padStart(3, '0')}-a-long-name.migration.ts`);
    const text = migrationList('notes', [...files, 'v001-x.spec.ts', 'readme.md'].toReversed());

    const list = text.slice(text.indexOf('export default'));
    expect(
      list
        .split('\n')
        .slice(1, -2)
        .map((line) => line.trim()),
    ).toEqual(Array.from({ length: 12 }, (_, index) => `v${String(index + 995).padStart(3, '0')}ALongName,`));
  });
});

describe('a module', () => {
  it('may spread its topics over several lines', () => {
    const text = MODULE.replace('topics: []', 'topics: [\n    one,\n    two,\n  ]');

    expect(withMigrations(text, 'notes')).toContain("    two,\n  ],\n  migrations: () => import('./notes.migrations.js'),\n});");
  });

  it('is refused when it has another form', () => {
    expect(() => withMigrations('export const notesModule = make();', 'notes')).toThrow(/topics/);
  });
});

it('names variables after version and name', () => {
  expect(variableOf('V007', 'seed_the_plans')).toBe('v007SeedThePlans');
});
