import { ambient, currentAmbient } from '../ambient.js';
import { InternalError } from '../errors/app-error.js';
import { type TenantContext } from './tenant-context.js';

/** Tenant data was asked for outside of any tenant. A bug in the caller, hence a 500. */
export class TenantContextMissingError extends InternalError {
  constructor() {
    super('There is no tenant in this context. Wrap the call in runWithTenant().');
  }
}

/** Runs `work` inside a tenant; nested runs restore the outer tenant; timers and promises started inside stay inside. */
export function runWithTenant<Result>(tenant: TenantContext, work: () => Result): Result {
  return ambient.run({ tenant, request: currentAmbient().request }, work);
}

/** The tenant that the running code works for. Throws {@link TenantContextMissingError} outside of any. */
export function currentTenant(): TenantContext {
  const { tenant } = currentAmbient();
  if (tenant === undefined) throw new TenantContextMissingError();
  return tenant;
}

/** The same where there may be none: start-up, jobs, platform routes. */
export function tenantInContext(): TenantContext | undefined {
  return currentAmbient().tenant;
}
