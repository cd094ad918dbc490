import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type AuditLog, auditLogs } from './audit-logs.collection.js';

/**
 * Which entries are meant. All conditions hold at once. One of tenant, actor, action and target has to be given: an index leads from each of them to its
 * entries, newest first, and none to all.
 */
export interface AuditLogFilter {
  /** Null means what concerns the platform itself. */
  readonly tenantId?: string | null | undefined;
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly targetId?: string | undefined;
  readonly category?: AuditLog['action']['category'] | undefined;
  readonly result?: AuditLog['result']['status'] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Reading the security trail. */
export class AuditLogReader {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** One page, newest first. Throws `TypeError` for a filter that no index serves. */
  page(filter: AuditLogFilter, { limit, cursor }: { limit: number; cursor?: string | undefined }): Promise<Page<AuditLog>> {
    const { tenantId, actorId, action, targetId } = filter;
    if ([tenantId, actorId, action, targetId].every((value) => value === undefined)) {
      throw new TypeError('Name the tenant, the actor, the action or the target.');
    }
    return this.#mongo.platform(auditLogs).page(toFilter(filter), { sort: { timestamp: -1 }, limit, cursor });
  }
}

function toFilter({ tenantId, actorId, action, targetId, category, result, from, to }: AuditLogFilter): Filter<AuditLog> {
  const exact = {
    tenant_id: tenantId,
    'actor.id': actorId,
    'action.name': action,
    'action.category': category,
    'target.id': targetId,
    'result.status': result,
  };
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined)) as Filter<AuditLog>;
  const parts: Filter<AuditLog>[] = [given];
  if (from !== undefined) parts.push({ timestamp: op.gte(from) });
  if (to !== undefined) parts.push({ timestamp: op.lte(to) });
  return parts.length === 1 ? given : op.and<AuditLog>(...parts);
}
