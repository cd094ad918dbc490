import { type CollectionDefinition, type IndexDefinition, PLATFORM_DATABASES } from '@caas/data-access-mongo';
import { describeShape } from '@caas/schema';
import { code, fieldRows } from './field-rows.js';
import { sentence, table } from './markdown.js';

/** A definition and the domain that owns it. */
export interface OwnedCollection {
  readonly definition: CollectionDefinition;
  /** `undefined` for what belongs to the infrastructure. */
  readonly owner: string | undefined;
}

const HEAD = `# Collections

Generated from the definitions by \`caas-admin schema docs --write\`; a spec fails when this page is stale. Every collection has, besides its own fields,
the standard ones: the id (stored as \`_id\`), \`created_at\`, \`updated_at\`, and \`__v\`, which counts updates. Enumerated and
required fields are enforced by the server (\`$jsonSchema\`, strict).

| isolation of the tenant | database | collection |
| --- | --- | --- |
| shared | \`caas_shared\` | \`users\` |
| collection | \`caas_tenants\` | \`{tenant_id}_users\` |
| database | \`caas_{tenant_id}\` | \`users\` |
`;

/** The reference page of all collections: by database, by domain, in the order of the definitions. */
export function collectionsPage(collections: readonly OwnedCollection[]): string {
  const tenant = collections.filter(({ definition }) => definition.scope === 'tenant');
  const groups = [
    { title: 'Tenant collections', members: tenant },
    ...PLATFORM_DATABASES.map((database) => ({
      title: `Database \`caas_${database}\``,
      members: collections.filter(({ definition }) => definition.scope === 'platform' && definition.database === database),
    })),
  ].filter(({ members }) => members.length > 0);
  const contents = groups.map(({ title, members }) => `- ${title}: ${members.map(({ definition }) => linkTo(definition)).join(', ')}`);
  const sections = groups.flatMap(({ title, members }) => [`## ${title}`, ...byOwner(members).map(sectionOf)]);
  return `${[HEAD, contents.join('\n'), ...sections]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function byOwner(members: readonly OwnedCollection[]): OwnedCollection[] {
  const owners = [...new Set(members.map(({ owner }) => owner))];
  return owners.flatMap((owner) => members.filter((member) => member.owner === owner));
}

function linkTo({ name }: CollectionDefinition): string {
  return `[\`${name}\`](#${name})`;
}

function sectionOf({ definition, owner }: OwnedCollection): string {
  const { name, description, softDelete, preImages, scope, database, id } = definition;
  const facts = [
    `Domain: ${owner ?? 'infrastructure'}.`,
    scope === 'tenant' ? 'Placed by the isolation of the tenant.' : `In ${code(`caas_${database}`)}.`,
    `Id: ${code(id.field)}, ${idText(id.prefix)}.`,
    ...(softDelete ? ['Soft delete.'] : []),
    ...(preImages ? ['Change streams carry pre-images.'] : []),
  ];
  return [`### ${name}`, sentence(description), facts.join(' '), fieldTable(definition), indexTable(definition)]
    .filter(Boolean)
    .join('\n\n');
}

function idText(prefix: CollectionDefinition['id']['prefix']): string {
  if (prefix === 'row') return '26 characters without a prefix';
  if (prefix === 'name') return 'a name that its writer chooses';
  return code(`${prefix}_…`);
}

function fieldTable({ storedSchema, id }: CollectionDefinition): string {
  const rows = fieldRows(describeShape(storedSchema)).map(({ path, type, limits, isNullable, isOptional, description }) => [
    code(path === '_id' ? id.field : path),
    [isOptional ? 'optional' : '', isNullable ? 'or null' : ''].filter(Boolean).join(', '),
    type,
    [limits, description].filter(Boolean).join('. '),
  ]);
  return table(['field', 'presence', 'type', 'limits'], rows);
}

function indexTable({ indexes }: CollectionDefinition): string {
  if (indexes.length === 0) return '';
  return table(
    ['index', 'keys', 'options'],
    indexes.map((index) => [code(index.name), keysOf(index), optionsOf(index)]),
  );
}

function keysOf({ keys }: IndexDefinition): string {
  return Object.entries(keys)
    .map(([field, direction]) => `${code(field)}${direction === 1 ? '' : direction === -1 ? ' descending' : ' text'}`)
    .join(', ');
}

function optionsOf({ unique, ttlSeconds, partial, weights }: IndexDefinition): string {
  return [
    ...(unique === true ? ['unique'] : []),
    ...(ttlSeconds === undefined ? [] : [ttlSeconds === 0 ? 'rows go at this time' : `rows go ${ttlSeconds} s after this time`]),
    ...(partial === undefined ? [] : [`where ${code(JSON.stringify(partial))}`]),
    ...(weights === undefined ? [] : [`weights ${code(JSON.stringify(weights))}`]),
  ].join(', ');
}
