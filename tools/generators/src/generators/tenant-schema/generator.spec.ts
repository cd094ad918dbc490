import { describe, expect, it } from '@jest/globals';
import { aNotebook, changesOf, expectRefusal, expectToConverge, occurrences } from '../../workspace/virtual-workspace.fixture';
import tenantSchemaGenerator from './generator';

const SOURCE = 'libs/domains/notebook/src';
const options = { name: 'notes', domain: 'notebook', fields: 'title:text,done:boolean,due_at:date?,state:open|done,size:int,bytes:long' };

describe('tenant-schema', () => {
  it('writes the collection with everything that belongs to it, and lists it', async () => {
    const tree = await aNotebook();

    expect(await changesOf(tree, () => tenantSchemaGenerator(tree, options))).toMatchSnapshot();
  });

  it('changes nothing the second time, and leaves edits', async () => {
    const tree = await aNotebook();

    await expectToConverge(tree, { run: () => tenantSchemaGenerator(tree, options), edited: `${SOURCE}/notes/notes.collection.ts` });
    expect(occurrences(tree, `${SOURCE}/notebook.module.ts`, 'collections: [notes]')).toBe(1);
    expect(tree.children(`${SOURCE}/migrations`)).toEqual(['v001-create-notes.migration.int.spec.ts', 'v001-create-notes.migration.ts']);
  });

  it('numbers migrations over all domains', async () => {
    const tree = await aNotebook();
    tree.write('libs/domains/chat/src/chat.module.ts', '');
    tree.write('libs/domains/chat/src/migrations/v041-something.migration.ts', '');
    await tenantSchemaGenerator(tree, options);

    expect(tree.exists(`${SOURCE}/migrations/v042-create-notes.migration.ts`)).toBe(true);
  });

  it.each([
    ['shopping-lists', { collection: 'shopping_lists', prefix: 'sholis', factory: 'aShoppingList' }],
    ['entries', { collection: 'entries', prefix: 'entry', factory: 'anEntry' }],
    ['boxes', { collection: 'boxes', prefix: 'box', factory: 'aBox' }],
  ])('spells %s as the workspace does', async (name, { collection, prefix, factory }) => {
    const tree = await aNotebook();
    await tenantSchemaGenerator(tree, { name, domain: 'notebook' });

    const definition = tree.read(`${SOURCE}/${name}/${name}.collection.ts`, 'utf8');
    expect(definition).toContain(`name: '${collection}'`);
    expect(definition).toContain(`prefix: '${prefix}'`);
    expect(tree.read(`${SOURCE}/${name}/${name}.fixture.ts`, 'utf8')).toContain(`export function ${factory}(`);
  });

  it.each([
    [{ name: 'Notes' }, '--name: "Notes" must be lower-case words'],
    [{ name: 'note' }, '--name: "note" must be a plural'],
    [{ name: 'classes' }, '--name: "classes" is a word of JavaScript'],
    [{ domain: 'nowhere' }, '--domain: there is no domain "nowhere"; it must be one of notebook'],
    [{ fields: 'title' }, '--fields: "title" must be a snake_case name, a colon and text, int, long, boolean, date'],
    [{ fields: 'title:varchar' }, '--fields: "title:varchar" must be'],
    [{ fields: 'Title:text' }, '--fields: "Title:text" must be'],
    [{ fields: 'title:text,title:int' }, '--fields: the field "title" is there twice'],
    [{ fields: 'note_id:text' }, '--fields: "note_id" is added by itself'],
    [{ fields: 'tenant_id:text' }, '--fields: "tenant_id" is added by itself'],
    [{ idPrefix: 'usr' }, '--idPrefix: "usr" is the prefix of user'],
    [{ idPrefix: 'N' }, '--idPrefix: "N" must be 2–10 letters'],
    [{ description: "It's" }, '--description: "It\'s" must be one sentence without quotes'],
  ])('refuses %j and writes nothing', async (change, rule) => {
    const tree = await aNotebook();

    await expectRefusal(tree, () => tenantSchemaGenerator(tree, { ...options, ...change }), rule);
  });

  it('refuses a collection that another domain has', async () => {
    const tree = await aNotebook();
    tree.write('libs/domains/chat/src/chat.module.ts', '');
    tree.write('libs/domains/chat/src/notes.collection.ts', "defineCollection({\n  name: 'notes',\n});");

    const rule = '--name: the collection "notes" is defined in libs/domains/chat/src/notes.collection.ts already';
    await expectRefusal(tree, () => tenantSchemaGenerator(tree, options), rule);
  });
});
