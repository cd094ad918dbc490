import { ambient, currentAmbient } from '../ambient.js';
import { type TenantContext } from '../tenant/tenant-context.js';
import { type RequestContext } from './request-context.js';

/** Runs `work` for a request, and inside a tenant when one is given; a tenant around it stays otherwise. */
export function runWithRequest<Result>(request: RequestContext, work: () => Result, tenant?: TenantContext): Result {
  return ambient.run({ request, tenant: tenant ?? currentAmbient().tenant }, work);
}

/** The request being worked on, or `undefined` outside of any (start-up, jobs). */
export function currentRequest(): RequestContext | undefined {
  return currentAmbient().request;
}
