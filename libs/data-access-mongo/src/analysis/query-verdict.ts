import { type Document } from 'mongodb';
import { adviseIndex, type IndexKeys, keysText, serves } from './index-advice.js';
import { type QueryShape } from './query-shape.js';

/** One thing that makes a query slow, and what to do about it. */
export interface QueryFinding {
  readonly problem:
    'collection_scan' | 'index_unused' | 'examines_too_much' | 'in_memory_sort' | 'deep_skip' | 'missing_tenant_prefix' | 'large_documents';
  readonly reason: string;
  readonly advice: string;
}

/** How the server ran a query. */
export interface QueryVerdict {
  readonly shape: string;
  readonly findings: readonly QueryFinding[];
  /** The index that would serve the query; `undefined` when there is nothing to find fault with. */
  readonly suggestedIndex: IndexKeys | undefined;
  /** Names of the indexes that the server used. */
  readonly indexes: readonly string[];
  readonly docsExamined: number;
  readonly keysExamined: number;
  readonly returned: number;
  readonly elapsedMs: number;
}

/** What has to be known besides the server's answer. */
export interface QueryFacts {
  readonly shape: QueryShape;
  readonly tenantScoped: boolean;
  /** Keys of the collection's indexes by name. */
  readonly indexes: ReadonlyMap<string, IndexKeys>;
  /** Bytes. */
  readonly averageDocumentBytes?: number | undefined;
}

const EXAMINED_PER_RETURNED_MAX = 10;
const SKIP_MAX = 1_000;
const DOCUMENT_BYTES_MAX = 16 * 1_024;

interface Plan {
  readonly stages: readonly string[];
  readonly indexes: readonly { readonly name: string; readonly keys: IndexKeys }[];
}

/** Judges the answer to `explain` with `executionStats`, of one server or of all shards together. */
export function judgeExplain(explained: Document, facts: QueryFacts): QueryVerdict {
  const plan = planOf((explained['queryPlanner'] ?? {}) as Document);
  const stats = (explained['executionStats'] ?? {}) as Partial<Record<string, number>>;
  const counts = {
    docsExamined: stats['totalDocsExamined'] ?? 0,
    keysExamined: stats['totalKeysExamined'] ?? 0,
    returned: stats['nReturned'] ?? 0,
    elapsedMs: stats['executionTimeMillis'] ?? 0,
  };
  const suggested = adviseIndex(facts.shape, facts);
  const findings = [
    ...scanFindings(plan, { facts, suggested, ...counts }),
    ...examinedFindings(counts, suggested),
    ...shapeFindings(plan, facts, suggested),
  ];
  return {
    shape: facts.shape.text,
    findings,
    suggestedIndex: findings.length === 0 ? undefined : suggested,
    indexes: plan.indexes.map(({ name }) => name),
    ...counts,
  };
}

function scanFindings(
  plan: Plan,
  { facts, suggested, docsExamined }: { facts: QueryFacts; suggested: IndexKeys | undefined; docsExamined: number },
): QueryFinding[] {
  const findings: QueryFinding[] = [];
  if (plan.stages.includes('COLLSCAN')) {
    const fitting = [...facts.indexes].find(([, keys]) => serves(keys, facts.shape));
    findings.push({ problem: 'collection_scan', reason: `read all ${docsExamined} documents`, advice: create(suggested) });
    if (fitting !== undefined) {
      const reason = `index ${fitting[0]} fits and was not used`;
      findings.push({ problem: 'index_unused', reason, advice: 'compare types and collation of the values, or drop a hint' });
    }
  }
  const foreign = plan.indexes.find(({ name, keys }) => name !== '_id_' && Object.keys(keys)[0] !== 'tenant_id');
  if (facts.tenantScoped && (foreign !== undefined || !facts.shape.equality.includes('tenant_id'))) {
    const reason = foreign === undefined ? 'the query does not name a tenant' : `index ${foreign.name} does not start with tenant_id`;
    findings.push({ problem: 'missing_tenant_prefix', reason, advice: create(suggested) });
  }
  return findings;
}

function examinedFindings(
  { docsExamined, returned }: { docsExamined: number; returned: number },
  suggested: IndexKeys | undefined,
): QueryFinding[] {
  const ratio = docsExamined / Math.max(1, returned);
  if (ratio <= EXAMINED_PER_RETURNED_MAX) return [];
  const gain = `${create(suggested)}; it would examine about ${returned} instead of ${docsExamined} documents`;
  return [{ problem: 'examines_too_much', reason: `${docsExamined} documents examined for ${returned} returned`, advice: gain }];
}

function shapeFindings(plan: Plan, { shape, averageDocumentBytes = 0 }: QueryFacts, suggested: IndexKeys | undefined): QueryFinding[] {
  const findings: QueryFinding[] = [];
  if (plan.stages.includes('SORT')) {
    findings.push({ problem: 'in_memory_sort', reason: 'sorted in memory, no index has the order', advice: create(suggested) });
  }
  if (shape.skip > SKIP_MAX) {
    findings.push({
      problem: 'deep_skip',
      reason: `skips ${shape.skip} rows that it has to read`,
      advice: 'use a cursor page instead of skip',
    });
  }
  if (averageDocumentBytes > DOCUMENT_BYTES_MAX) {
    const kilobytes = Math.round(averageDocumentBytes / 1_024);
    findings.push({ problem: 'large_documents', reason: `documents of ${kilobytes} KB on average`, advice: 'read the needed fields only' });
  }
  return findings;
}

function create(keys: IndexKeys | undefined): string {
  return keys === undefined ? 'give the query a filter that an index can serve' : `create an index ${keysText(keys)}`;
}

/** Stages of the winning plan, in whichever of the server's several forms it comes. */
function planOf(planner: Document): Plan {
  const stages: string[] = [];
  const indexes: { name: string; keys: IndexKeys }[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { stage, indexName, keyPattern } = node as Record<string, unknown>;
    if (typeof stage === 'string') stages.push(stage);
    if (typeof indexName === 'string') indexes.push({ name: indexName, keys: (keyPattern ?? {}) as IndexKeys });
    for (const key of CHILDREN) visit((node as Record<string, unknown>)[key]);
  };
  visit(planner['winningPlan']);
  return { stages, indexes };
}

const CHILDREN = ['inputStage', 'inputStages', 'queryPlan', 'winningPlan', 'shards', 'outerStage', 'innerStage', 'thenStage', 'elseStage'];
