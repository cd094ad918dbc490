import { type Document } from 'mongodb';
import { InternalError } from '@caas/runtime';
import { compileFilter, type StoredFilter } from '../filter.js';
import { isPlainRecord } from '../literal-values.js';
import { type RepositoryContext } from '../repository-context.js';
import { type GraphLookupOptions, Join, type LookupOptions, type Stage, type UnionOptions } from './joins.js';
import { checkExpression, checkQuery, refusedStage } from './pipeline-checks.js';
import { STAGES } from './pipeline-language.js';
import { type CollectionDefinition } from '../../definition/define-collection.js';

export interface PipelineScope {
  /** Conditions on the rows that go in. */
  readonly where?: unknown;
  readonly includeDeleted?: boolean;
}

type Context = Pick<RepositoryContext, 'definition' | 'tenantId' | 'namespaceOf'>;

const STAGES_MAX = 100;
const DEPTH_MAX = 5;
const GRAPH_DEPTH_MAX = 10;

/**
 * A pipeline for the driver that sees the tenant's live rows only: the tenant is in its first stage, or in the `query` of a leading `$geoNear`, and
 * in every join. Stages and operators that are not listed are refused wherever they stand (`ValidationError`), another tenant's id in a `$match`
 * as well (`CrossTenantAccessError`).
 */
export function compilePipeline(context: Context, stages: readonly Stage[], scope: PipelineScope = {}): Document[] {
  const confined = compileFilter(context, scope.where ?? {}, { includeDeleted: scope.includeDeleted === true });
  if (!Array.isArray(stages)) throw refusedStage('a pipeline', 'is a list of stages');
  const [first, ...others] = stages as readonly Stage[];
  if (isPlainRecord(first) && isPlainRecord(first['$geoNear']) && Object.keys(first).length === 1) {
    return [nearStage(context, first['$geoNear'], confined), ...compileStages(context, others, 0)];
  }
  if (isPlainRecord(first) && isPlainRecord(first['$match']) && '$text' in first['$match'] && Object.keys(first).length === 1) {
    checkQuery(first['$match'], { tenantId: context.tenantId, textAllowed: true });
    // The server wants $text in the very first stage.
    const { $text: text, ...conditions } = first['$match'];
    return [{ $match: { ...withConditions(confined, conditions), $text: text } }, ...compileStages(context, others, 0)];
  }
  return [{ $match: confined }, ...compileStages(context, stages, 0)];
}

function compileStages(context: Context, stages: readonly Stage[], depth: number): Document[] {
  if (!Array.isArray(stages) || stages.length > STAGES_MAX) throw refusedStage('a pipeline', `is a list of at most ${STAGES_MAX} stages`);
  if (depth > DEPTH_MAX) throw refusedStage('a pipeline', 'is nested too deep');
  return stages.map((stage) => compileStage(context, stage as Stage, depth));
}

function compileStage(context: Context, stage: Stage, depth: number): Document {
  if (Join.is(stage)) return compileJoin(context, stage, depth);
  const [[name, operand] = ['', undefined], ...others] = isPlainRecord(stage) ? Object.entries(stage) : [];
  const kind = STAGES.get(name);
  if (kind === undefined || others.length > 0) throw refusedStage('a stage', 'is not among the allowed ones');
  switch (kind) {
    case 'query':
      checkQuery(operand, { tenantId: context.tenantId, textAllowed: false });
      return { [name]: operand };
    case 'facet':
      if (!isPlainRecord(operand)) throw refusedStage(name, 'takes an object of pipelines');
      return {
        [name]: Object.fromEntries(
          Object.entries(operand).map(([field, pipeline]) => [field, compileStages(context, pipeline as readonly Stage[], depth + 1)]),
        ),
      };
    case 'near':
      throw refusedStage(name, 'is allowed as the first stage only');
    case 'expression':
      checkExpression(operand, name);
      return { [name]: operand };
  }
}

function nearStage({ tenantId }: Context, { query, ...near }: Readonly<Record<string, unknown>>, confined: StoredFilter): Document {
  checkExpression(near, '$geoNear');
  if (query === undefined) return { $geoNear: { ...near, query: confined } };
  checkQuery(query, { tenantId, textAllowed: false });
  return { $geoNear: { ...near, query: withConditions(confined, query as StoredFilter) } };
}

/** Both, with the tenant at the top level. */
function withConditions(confined: StoredFilter, conditions: StoredFilter): StoredFilter {
  if (Object.keys(conditions).length === 0) return confined;
  const { $and: others, ...filter } = confined;
  return { ...filter, $and: [...((others as readonly StoredFilter[] | undefined) ?? []), conditions] };
}

function compileJoin(context: Context, join: Join, depth: number): Document {
  const { definition, request } = join;
  const place = context.namespaceOf(definition);
  if (definition.scope !== context.definition.scope || place.database !== context.namespaceOf(context.definition).database) {
    throw new InternalError(`Collection "${context.definition.name}" cannot join "${definition.name}": it lies in another place.`);
  }
  const joined: JoinedContext = { ...context, definition, collection: place.collection, depth: depth + 1 };
  switch (request.kind) {
    case 'lookup':
      return { $lookup: lookupStage(joined, request.options) };
    case 'graphLookup':
      return { $graphLookup: graphStage(joined, request.options) };
    case 'unionWith':
      return { $unionWith: { coll: joined.collection, pipeline: joinedPipeline(joined, request.options) } };
  }
}

type JoinedContext = Context & { readonly collection: string; readonly depth: number };

function joinedPipeline(joined: JoinedContext, { where, includeDeleted, pipeline = [] }: UnionOptions<CollectionDefinition>): Document[] {
  const confined = compileFilter(joined, where ?? {}, { includeDeleted: includeDeleted === true });
  return [{ $match: confined }, ...compileStages(joined, pipeline, joined.depth)];
}

function lookupStage(joined: JoinedContext, options: LookupOptions<CollectionDefinition>): Document {
  const { as, localField, foreignField, let: variables } = options;
  if (variables !== undefined) checkExpression(variables, '$lookup');
  const equal =
    localField === undefined && foreignField === undefined ? {} : { localField: name(localField), foreignField: name(foreignField) };
  return {
    from: joined.collection,
    ...equal,
    ...(variables === undefined ? {} : { let: variables }),
    pipeline: joinedPipeline(joined, options),
    as: name(as),
  };
}

function graphStage(joined: JoinedContext, options: GraphLookupOptions<CollectionDefinition>): Document {
  const { startWith, maxDepth = GRAPH_DEPTH_MAX, depthField, where, includeDeleted } = options;
  checkExpression(startWith, '$graphLookup');
  if (!Number.isInteger(maxDepth) || maxDepth < 0 || maxDepth > GRAPH_DEPTH_MAX) {
    throw refusedStage('$graphLookup', `takes a maxDepth of 0–${GRAPH_DEPTH_MAX}`);
  }
  return {
    from: joined.collection,
    startWith,
    connectFromField: name(options.connectFromField),
    connectToField: name(options.connectToField),
    as: name(options.as),
    maxDepth,
    ...(depthField === undefined ? {} : { depthField: name(depthField) }),
    restrictSearchWithMatch: compileFilter(joined, where ?? {}, { includeDeleted: includeDeleted === true }),
  };
}

function name(field: unknown): string {
  if (typeof field === 'string' && /^[A-Za-z_][\w.]*$/.test(field)) return field;
  throw refusedStage('a join', 'takes field names without operators');
}
