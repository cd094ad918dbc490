import { type GeneratorCallback, joinPathFragments, type Tree } from '@nx/devkit';
import { addImport, addToReturned } from '../../source/edit';
import { change } from '../../source/change';
import { type Field, importsOf, inJson } from '../../source/fields';
import { registerPart } from '../../source/module-part';
import { type Concept, fieldsOf, findConcept } from '../../workspace/concept';
import { finish } from '../../workspace/finish';
import { useWorkspacePackages } from '../../workspace/packages';
import { checkForm, Refusal } from '../../workspace/refusal';
import { addFiles } from '../../workspace/templates';
import { checkOperationId, type Grant, grantPermission, planGrant } from './permissions';
import { type Operation, type RouteOptions } from './schema';

interface OperationFacts {
  readonly verb: string;
  readonly ability: string;
  readonly scope: string;
}

const OPERATIONS: Readonly<Record<Operation, OperationFacts>> = {
  create: { verb: 'create', ability: 'create', scope: 'chat:write' },
  get: { verb: 'get', ability: 'read', scope: 'chat:read' },
  list: { verb: 'list', ability: 'list', scope: 'chat:read' },
  update: { verb: 'update', ability: 'update', scope: 'chat:write' },
  delete: { verb: 'delete', ability: 'delete', scope: 'chat:delete' },
};
const PATH = {
  form: /^\/v[1-9]\d*(\/[a-z0-9][a-z0-9._-]*)+$/,
  rule: 'must start with a version and have lower-case segments, such as /v1/notes; the id is added where the operation needs it',
};

interface Plan {
  readonly concept: Concept;
  readonly fields: readonly Field[];
  readonly operation: Operation;
  /** `createNote`; the name of its function and file follow from it. */
  readonly operationId: string;
  readonly file: string;
  readonly path: string;
  readonly grant: Grant;
}

/** Writes one route on a collection. */
export default async function routeGenerator(tree: Tree, options: RouteOptions): Promise<GeneratorCallback> {
  const plan = normalize(tree, options);
  grantPermission(tree, plan.grant);
  writeFiles(tree, plan);
  register(tree, plan);
  return finish(tree, options);
}

function normalize(tree: Tree, options: RouteOptions): Plan {
  const facts = OPERATIONS[options.operation] as OperationFacts | undefined;
  if (facts === undefined) throw new Refusal('operation', `must be one of ${Object.keys(OPERATIONS).join(', ')}`);
  const concept = findConcept(tree, { domain: options.domain, concept: options.name, option: 'name' });
  const { names, folder } = concept;
  const isMany = options.operation === 'list';
  const operationId = `${facts.verb}${isMany ? names.type : names.one.type}`;
  const file = `${facts.verb}-${isMany ? names.folder : names.one.file}`;
  checkOperationId(tree, operationId, joinPathFragments(folder, `${file}.route.ts`));
  return {
    concept,
    fields: fieldsOf(tree, concept, 'name'),
    operation: options.operation,
    operationId,
    file,
    path: checkForm('path', options.path || `/v1/${names.folder}`, PATH),
    grant: planGrant(tree, {
      permission: options.permission || `${names.one.snake}.${facts.ability}`,
      scope: options.scope || facts.scope,
    }),
  };
}

function writeFiles(tree: Tree, { concept, fields, operation, operationId, file, path, grant }: Plan): void {
  const { domain, names, prefix } = concept;
  const shapes = fields.map((field) => ({ ...field, json: inJson(field) }));
  const values = {
    ...names,
    prefix,
    fields: shapes,
    dates: shapes.filter(({ isDate }) => isDate),
    nullable: shapes.filter(({ isNullable }) => isNullable),
    first: fields[0],
    schemaImports: importsOf(
      shapes.map(({ json }) => json),
      'dateTime',
      'idOf',
    ),
    operationId,
    file,
    path,
    permission: grant.permission,
    capital: `${names.words.charAt(0).toUpperCase()}${names.words.slice(1)}`,
  };
  addFiles(tree, 'route', { folder: domain.source, from: 'concept', values });
  addFiles(tree, 'route', { folder: domain.source, from: operation, values });
}

function register(tree: Tree, { concept, operationId, file }: Plan): void {
  const { domain, names, folder } = concept;
  const family = `${names.variable}Routes`;
  change(tree, joinPathFragments(folder, `${names.folder}.routes.ts`), (text) =>
    addToReturned(addImport(text, { name: operationId, from: `./${file}.route.js` }), {
      functionName: family,
      element: `${operationId}(parts)`,
    }),
  );
  registerPart(tree, domain, {
    part: 'routes',
    product: { type: 'RouteDefinition', from: '@caas/gateway-middleware', taker: 'gateway' },
    call: family,
    imports: [
      { name: family, from: `./${names.folder}/${names.folder}.routes.js` },
      { name: `${names.type}Repository`, from: `./${names.folder}/${names.folder}.repository.js` },
    ],
    services: ['mongo'],
    element: (members) => `...${family}({ ${names.variable}: new ${names.type}Repository({ ${members} }) })`,
  });
  useWorkspacePackages(tree, domain.root, {
    dependencies: ['@caas/composition', '@caas/gateway-middleware'],
    devDependencies: ['@caas/testing'],
  });
}
