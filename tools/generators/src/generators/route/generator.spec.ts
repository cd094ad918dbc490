import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Tree } from '@nx/devkit';
import { aNotebook, changesOf, expectRefusal, expectToConverge, occurrences } from '../../workspace/virtual-workspace.fixture';
import tenantSchemaGenerator from '../tenant-schema/generator';
import routeGenerator from './generator';
import { type Operation } from './schema';

const SOURCE = 'libs/domains/notebook/src';
const PERMISSIONS = 'libs/gateway-middleware/src/access/permissions.ts';
const options = { name: 'notes', domain: 'notebook', operation: 'create' as Operation };

describe('route', () => {
  let tree: Tree;
  beforeEach(async () => {
    tree = await aNotebook();
    await tenantSchemaGenerator(tree, { name: 'notes', domain: 'notebook', fields: 'title:text,due_at:date?' });
  });

  it('writes the route with its shapes, and lists it', async () => {
    expect(await changesOf(tree, () => routeGenerator(tree, options))).toMatchSnapshot();
  });

  it.each<Operation>(['get', 'list', 'update', 'delete'])('writes %s beside it', async (operation) => {
    await routeGenerator(tree, options);

    expect(await changesOf(tree, () => routeGenerator(tree, { ...options, operation }))).toMatchSnapshot();
  });

  it('changes nothing the second time, and leaves edits', async () => {
    await expectToConverge(tree, { run: () => routeGenerator(tree, options), edited: `${SOURCE}/notes/create-note.route.ts` });
    expect(occurrences(tree, `${SOURCE}/notebook.routes.ts`, '...notesRoutes(')).toBe(1);
    expect(occurrences(tree, `${SOURCE}/notebook.module.ts`, 'routes:')).toBe(1);
    expect(occurrences(tree, PERMISSIONS, "'note.create'")).toBe(1);
  });

  it('asks for a permission that there is without adding one', async () => {
    const changed = await changesOf(tree, () => routeGenerator(tree, { ...options, permission: 'message.read' }));

    expect(Object.keys(changed)).not.toContain(PERMISSIONS);
    expect(changed[`${SOURCE}/notes/create-note.route.ts`]).toContain("access: { permission: 'message.read' }");
  });

  it('joins routes that somebody wrote by hand', async () => {
    tree.write(
      `${SOURCE}/notebook.routes.ts`,
      "import { type Services } from '@caas/composition';\n\nexport default function notebookRoutes(services: Services): RouteDefinition[] {\n  return pageRoutes(services);\n}\n",
    );
    await routeGenerator(tree, options);

    expect(tree.read(`${SOURCE}/notebook.routes.ts`, 'utf8')).toContain(
      'return [...pageRoutes(services), ...notesRoutes({ notes: new NotesRepository({ mongo: services.mongo }) })];',
    );
  });

  it('uses what somebody has changed in the definition', async () => {
    const file = `${SOURCE}/notes/notes.collection.ts`;
    tree.write(file, tree.read(file, 'utf8')?.replace('max: 200', 'max: 7') ?? '');
    await routeGenerator(tree, options);

    expect(tree.read(`${SOURCE}/notes/notes.resource.ts`, 'utf8')).toContain('title: text({ min: 1, max: 7 }),');
  });

  it.each([
    [{ name: 'labels' }, '--name: the domain notebook has no "labels"'],
    [{ domain: 'nowhere' }, '--domain: there is no domain "nowhere"'],
    [{ operation: 'merge' as Operation }, '--operation: must be one of create, get, list, update, delete'],
    [{ path: 'notes' }, '--path: "notes" must start with a version'],
    [{ path: '/v1/notes/:note_id' }, '--path: "/v1/notes/:note_id" must start with a version'],
    [{ permission: 'everything' }, '--permission: "everything" must be a dotted name'],
    [{ permission: 'platform.keys' }, '--permission: "platform.keys" is granted to roles of people only'],
    [{ scope: 'root:all' }, '--scope: there is no scope "root:all"; it must be one of chat:read, chat:write, chat:delete'],
  ])('refuses %j and writes nothing', async (change, rule) => {
    await expectRefusal(tree, () => routeGenerator(tree, { ...options, ...change }), rule);
  });

  it('refuses an operation that another file has', async () => {
    tree.write(`${SOURCE}/pages/pages.routes.ts`, "operationId: 'createNote',");

    await expectRefusal(tree, () => routeGenerator(tree, options), 'has the operation createNote already');
  });

  it('refuses fields that it cannot say in JSON by itself', async () => {
    const file = `${SOURCE}/notes/notes.collection.ts`;
    tree.write(file, tree.read(file, 'utf8')?.replace('title: text({ min: 1, max: 200 })', 'title: sealed()') ?? '');

    await expectRefusal(tree, () => routeGenerator(tree, options), 'has fields of other kinds');
  });
});
