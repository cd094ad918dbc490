import { type CollectionDefinition, op, type ReadRepository } from '@caas/data-access-mongo';
import { type JsonObject } from '@caas/schema';
import { withoutSecrets } from './without-secrets.js';

const BATCH = 500;

/** The rows of a collection that are meant, deleted ones included, in the order of their ids and without their secrets; each says in `record` what it is. */
export async function* exportedRows(
  { definition, repository }: { definition: CollectionDefinition; repository: Pick<ReadRepository<CollectionDefinition>, 'findMany'> },
  filter: Readonly<Record<string, unknown>>,
): AsyncGenerator<JsonObject> {
  const strip = withoutSecrets(definition);
  const idField = definition.id.field;
  for (let last: unknown; ;) {
    const position = last === undefined ? {} : { [idField]: op.gt(last as string) };
    const options = { sort: { [idField]: 1 }, limit: BATCH, includeDeleted: true } as const;
    const batch = (await repository.findMany({ ...filter, ...position } as never, options)) as Readonly<Record<string, unknown>>[];
    for (const row of batch) yield { record: definition.name, ...(JSON.parse(JSON.stringify(strip(row))) as JsonObject) };
    if (batch.length < BATCH) return;
    last = batch.at(-1)?.[idField];
  }
}
