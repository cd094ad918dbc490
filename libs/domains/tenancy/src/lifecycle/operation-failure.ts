import { tenantOperationFailed } from '../platform-events/tenant.events.js';
import { type TenantOperation } from '../provisioning/tenant-operations.collection.js';
import { tenantFact, type TenantFact } from './operation-events.js';

const ERROR_LENGTH_MAX = 500;

/** What is told of an operation that did not come to its end. */
export function failureOf({ kind: operation }: Pick<TenantOperation, 'kind'>, error: unknown): TenantFact {
  const message = error instanceof Error ? error.message.slice(0, ERROR_LENGTH_MAX) : 'unknown';
  return tenantFact(tenantOperationFailed, ({ at, ...facts }) => ({ ...facts, operation, error: message, failed_at: at }));
}
