import { type AppErrorOptions, AuthorizationError, UnavailableError } from '../errors/app-error.js';
import { type TenantContext } from './tenant-context.js';

/** The state of the tenant refuses all of its own calls: pending, suspended, cancelled or being deleted. */
export class TenantSuspendedError extends AuthorizationError {
  constructor(code: 'TENANT_PENDING' | 'TENANT_SUSPENDED' | 'TENANT_CANCELLED', message: string, options: AppErrorOptions = {}) {
    super(code, message, options);
  }
}

/** Writes of the tenant pause while its data changes place, for seconds; reads go on. Nothing was written. */
export class TenantMigratingError extends UnavailableError {
  constructor(message = 'Writes are paused while the tenant moves.') {
    super(message, { code: 'TENANT_MIGRATING', details: { reason: 'tenant_migrating', retryAfterSeconds: 1 } });
  }
}

/**
 * The access matrix: a tenant's own calls pass while it is active and provisioned, also while it migrates (the fence refuses single writes).
 * Throws {@link TenantSuspendedError} (403) otherwise, and `UnavailableError` (503, TENANT_UNAVAILABLE) before provisioning has ended.
 */
export function requireServed({ status, provisioning }: Pick<TenantContext, 'status' | 'provisioning'>): void {
  if (status === 'active' && (provisioning === 'ready' || provisioning === 'migrating')) return;
  if (status === 'pending') throw new TenantSuspendedError('TENANT_PENDING', 'The tenant is not verified yet.');
  if (status === 'suspended') throw new TenantSuspendedError('TENANT_SUSPENDED', 'The tenant is suspended.');
  if (status !== 'active' || provisioning === 'deleting' || provisioning === 'purged') {
    throw new TenantSuspendedError('TENANT_CANCELLED', 'The tenant was cancelled.');
  }
  throw new UnavailableError('The tenant is not provisioned yet.', { code: 'TENANT_UNAVAILABLE', details: { retryAfterSeconds: 1 } });
}
