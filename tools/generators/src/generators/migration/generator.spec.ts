import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Tree } from '@nx/devkit';
import { aNotebook, changesOf, expectRefusal, expectToConverge } from '../../workspace/virtual-workspace.fixture';
import tenantSchemaGenerator from '../tenant-schema/generator';
import migrationGenerator from './generator';

const SOURCE = 'libs/domains/notebook/src';
const options = { name: 'fill-done', domain: 'notebook', concept: 'notes', field: 'done', value: 'false' };

describe('migration', () => {
  let tree: Tree;
  beforeEach(async () => {
    tree = await aNotebook();
    await tenantSchemaGenerator(tree, { name: 'notes', domain: 'notebook', fields: 'title:text,done:boolean' });
  });

  it('writes the next migration and lists it', async () => {
    expect(await changesOf(tree, () => migrationGenerator(tree, options))).toMatchSnapshot();
  });

  it('brings validator and indexes alone without a field', async () => {
    await migrationGenerator(tree, { name: 'index-titles', domain: 'notebook', concept: 'notes' });

    const text = tree.read(`${SOURCE}/migrations/v002-index-titles.migration.ts`, 'utf8');
    expect(text).toContain("up: (context) => context.ensure({ names: ['notes'] }),");
    expect(text).not.toContain('backfill');
  });

  it('changes nothing the second time, and leaves edits', async () => {
    await expectToConverge(tree, {
      run: () => migrationGenerator(tree, options),
      edited: `${SOURCE}/migrations/v002-fill-done.migration.ts`,
    });
    expect(tree.read(`${SOURCE}/notebook.migrations.ts`, 'utf8')).toContain('export default [v001CreateNotes, v002FillDone];');
  });

  it.each([
    [{ name: 'Fill done' }, '--name: "Fill done" must be lower-case words'],
    [{ domain: 'nowhere' }, '--domain: there is no domain "nowhere"'],
    [{ concept: 'labels' }, '--concept: the domain notebook has no collection "labels"; it must be one of notes'],
    [{ concept: '../notes' }, '--concept: the domain notebook has no collection "../notes"'],
    [{ field: 'gone' }, '--field: notes defines no "gone"; it must be one of title, done'],
    [{ value: 'open' }, '--value: open is not JSON'],
  ])('refuses %j and writes nothing', async (change, rule) => {
    await expectRefusal(tree, () => migrationGenerator(tree, { ...options, ...change }), rule);
  });
});
