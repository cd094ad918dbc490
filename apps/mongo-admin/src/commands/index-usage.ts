import { type CollectionDefinition, type IndexReport } from '@caas/data-access-mongo';
import { modules } from '@caas/modules';
import { NotFoundError, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { TenantRecords } from '@caas/tenancy';
import { Command } from 'commander';
import { parseTenantOption } from '../options.js';
import { jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

interface ListOptions extends OutputOptions {
  readonly tenant?: TenantId;
}

interface IndexRow {
  readonly collection: string;
  readonly index: string;
  readonly keys: Readonly<Record<string, unknown>>;
  readonly uses: number | null;
  readonly since: string | null;
  readonly finding: string | null;
}

/** `caas-admin index …`: indexes as they are. What mends them is `schema apply`. */
export function indexCommand(): Command {
  return new Command('index')
    .description('indexes as they are, and how often they serve; schema apply makes them what they should be')
    .addCommand(list());
}

function list(): Command {
  return new Command('list')
    .description('every index of a collection, or of all, with its keys, its use, and what is wrong with it; missing ones included')
    .argument('[collection]', 'name of its definition, such as messages')
    .option('--tenant <id>', 'in the place of this tenant’s data; else in those of CAAS and in the shared one', parseTenantOption)
    .addOption(jsonOption())
    .action((name: string | undefined, options: ListOptions) =>
      withServices(async ({ mongo }) => {
        const tenant = options.tenant === undefined ? undefined : await new TenantRecords({ mongo }).context(options.tenant);
        const rows: IndexRow[] = [];
        for (const definition of definitionsOf(name, tenant)) {
          rows.push(...rowsOf(definition, await mongo.analysis.analyzeIndexUsage(definition, tenant && { tenant })));
        }
        print({ data: rows }, options, () => render(rows));
      }),
    );
}

function definitionsOf(name: string | undefined, tenant: TenantContext | undefined): readonly CollectionDefinition[] {
  const all = modules.collections.filter(({ scope }) => tenant === undefined || scope === 'tenant');
  if (name === undefined) return all;
  const found = all.filter((definition) => definition.name === name);
  if (found.length > 0) return found;
  throw new NotFoundError(
    `There is no collection ${name}${tenant === undefined ? '' : ' of tenants'}; docs/reference/collections.md lists them.`,
  );
}

function rowsOf({ name: collection }: CollectionDefinition, { indexes = [], findings }: IndexReport): IndexRow[] {
  const findingOf = (index: string): string | null => findings.find((finding) => finding.index === index)?.problem ?? null;
  const present = indexes.map(({ name: index, keys, uses, since }) => ({
    collection,
    index,
    keys,
    uses: uses ?? null,
    since: since?.toISOString() ?? null,
    finding: findingOf(index),
  }));
  const missing = findings
    .filter(({ index }) => !indexes.some(({ name }) => name === index))
    .map(({ index, problem }) => ({ collection, index, keys: {}, uses: null, since: null, finding: problem }));
  return [...present, ...missing];
}

function render(rows: readonly IndexRow[]): string {
  return table(
    ['COLLECTION', 'INDEX', 'KEYS', 'USES', 'SINCE', 'FINDING'],
    rows.map(({ collection, index, keys, uses, since, finding }) => [
      collection,
      index,
      Object.entries(keys)
        .map(([field, direction]) => `${field} ${String(direction)}`)
        .join(', '),
      uses === null ? '-' : String(uses),
      since ?? '-',
      finding ?? '',
    ]),
  );
}
