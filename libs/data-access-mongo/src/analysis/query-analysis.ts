import { type Db } from 'mongodb';
import { InternalError } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { onePlace } from '../ensure/schema-places.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { type Namespace, type NamespaceOptions, type Placement } from '../tenancy/namespaces.js';
import { adviseIndex, type IndexKeys, keysText } from './index-advice.js';
import { analyzeIndexUsage, type IndexReport } from './index-usage.js';
import { type ProfiledOperation, Profiler } from './profiler.js';
import { shapeOf } from './query-shape.js';
import { judgeExplain, type QueryVerdict } from './query-verdict.js';
import { type SlowQueries, type SlowQuery } from './slow-queries.js';

export interface QueryAnalysisOptions extends NamespaceOptions {
  readonly database: (name: string) => Db;
  readonly slowQueries: SlowQueries;
  readonly capabilities: ServerCapabilities;
  readonly collections: readonly CollectionDefinition[];
}

/** A read to be explained, in stored names and MongoDB's notation. For operators and specs; never made from a request. */
export interface ExplainedQuery {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly skip?: number;
  readonly limit?: number;
}

/** One piece of advice for an operator. */
export interface Advice {
  readonly kind: 'missing_index' | 'unused_index' | 'redundant_index' | 'unknown_index' | 'slow_query';
  readonly namespace: Namespace;
  /** The index, or the shape of the query. */
  readonly subject: string;
  readonly reason: string;
  readonly advice: string;
}

export interface AdviceReport {
  readonly advice: readonly Advice[];
  /** Indexes that were looked at. */
  readonly indexes: number;
  /** What could not be looked at, and why. */
  readonly skipped: readonly string[];
}

const EXPLAIN_TIMEOUT_MS = 30_000;

/** Slow queries, how a query runs, which indexes are used. Changes nothing but the profiler's level. */
export class QueryAnalysis {
  /** The server's own record of slow operations. */
  readonly profiler: Profiler;
  readonly #options: QueryAnalysisOptions;

  /** @internal */
  constructor(options: QueryAnalysisOptions) {
    this.#options = options;
    this.profiler = new Profiler(options);
  }

  /** Slow operations of this process by shape, the costliest first. */
  slowQueries(): SlowQuery[] {
    return this.#options.slowQueries.list();
  }

  /**
   * Runs a read with `explain` and says what is wrong with it. In tenant scope the tenant is added to the filter. Throws `InternalError` where the server cannot
   * explain, or when a tenant collection is asked for without a tenant.
   */
  async analyzeQuery(
    definition: CollectionDefinition,
    query: ExplainedQuery,
    { tenant }: { tenant?: Placement } = {},
  ): Promise<QueryVerdict> {
    const { capabilities } = this.#options;
    if (!capabilities.explain) throw new InternalError('The server cannot explain queries.', { details: { reason: 'capability_missing' } });
    const tenantScoped = definition.scope === 'tenant';
    if (tenantScoped && tenant === undefined) throw new InternalError(`A query of "${definition.name}" needs a tenant.`);
    const { filter: own, sort, skip, limit } = query;
    const filter = tenantScoped && tenant !== undefined ? { ...own, tenant_id: tenant.tenantId } : own;
    const { database, collection } = this.#placeOf(definition, tenant);
    const find = { find: collection, filter, ...(sort && { sort }), ...(skip && { skip }), ...(limit && { limit }) };
    const db = this.#options.database(database);
    try {
      const explained = await db.command({ explain: find, verbosity: 'executionStats' }, { timeoutMS: EXPLAIN_TIMEOUT_MS });
      const indexes = new Map((await db.collection(collection).indexes()).map(({ name = 'unnamed', key }) => [name, key as IndexKeys]));
      return judgeExplain(explained, { shape: shapeOf({ method: 'find', ...query, filter }), tenantScoped, indexes });
    } catch (error) {
      throw translateDriverError(error, { collection: definition.name, operation: 'explain' });
    }
  }

  /** The indexes of one collection: how often they served, which are missing, superfluous or not used. */
  analyzeIndexUsage(definition: CollectionDefinition, { tenant }: { tenant?: Placement } = {}): Promise<IndexReport> {
    const namespace = this.#placeOf(definition, tenant);
    const { capabilities } = this.#options;
    return analyzeIndexUsage(this.#options.database(namespace.database), { definition, namespace, capabilities, nowMs: Date.now() });
  }

  /** Everything worth doing about indexes and slow queries: of a tenant's collections, or without one of CAAS's own and the shared ones. */
  async advise({ tenant }: { tenant?: Placement } = {}): Promise<AdviceReport> {
    const advice: Advice[] = [];
    const skipped: string[] = [];
    let indexes = 0;
    const definitions = this.#options.collections.filter(({ scope }) => tenant === undefined || scope === 'tenant');
    const places = [...onePlace(this.#options, definitions, tenant)];
    for (const { definition, namespace } of places) {
      const report = await this.analyzeIndexUsage(definition, { ...(tenant && { tenant }) });
      if (report.indexes === undefined) skipped.push(`${namespace.database}.${namespace.collection} does not exist`);
      indexes += report.indexes?.length ?? 0;
      for (const { problem, index, reason, advice: what } of report.findings) {
        advice.push({ kind: problem, namespace, subject: index, reason, advice: what });
      }
    }
    if (this.#options.capabilities.profiler) advice.push(...(await this.#slowAdvice(places)));
    else skipped.push('slow queries: the server has no profiler');
    return { advice, indexes, skipped };
  }

  async #slowAdvice(places: readonly { definition: CollectionDefinition; namespace: Namespace }[]): Promise<Advice[]> {
    const byName = new Map(places.map((place) => [`${place.namespace.database}.${place.namespace.collection}`, place]));
    const worst = new Map<string, ProfiledOperation>();
    for (const database of new Set(places.map(({ namespace }) => namespace.database))) {
      for (const operation of await this.profiler.slowest(database)) {
        const key = `${operation.namespace} ${operation.shape.text}`;
        if (byName.has(operation.namespace) && !worst.has(key)) worst.set(key, operation);
      }
    }
    return [...worst.values()].flatMap((operation) => {
      const place = byName.get(operation.namespace);
      return place === undefined ? [] : [slowAdvice(operation, place)];
    });
  }

  #placeOf(definition: CollectionDefinition, tenant: Placement | undefined): Namespace {
    const [place] = onePlace(this.#options, [definition], tenant);
    if (place === undefined) throw new InternalError(`Collection "${definition.name}" has no place.`);
    return place.namespace;
  }
}

function slowAdvice(
  operation: ProfiledOperation,
  { definition, namespace }: { definition: CollectionDefinition; namespace: Namespace },
): Advice {
  const { shape, elapsedMs, docsExamined, returned, collectionScan, sortedInMemory } = operation;
  const how = [...(collectionScan ? ['no index used'] : []), ...(sortedInMemory ? ['sorted in memory'] : [])].join(', ');
  const keys = adviseIndex(shape, { tenantScoped: definition.scope === 'tenant' });
  return {
    kind: 'slow_query',
    namespace,
    subject: shape.text,
    reason: `${elapsedMs} ms, ${docsExamined} documents examined for ${returned} returned${how === '' ? '' : `, ${how}`}`,
    advice: keys === undefined ? 'look at what it returns' : `an index ${keysText(keys)} would serve it`,
  };
}
