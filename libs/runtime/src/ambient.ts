import { AsyncLocalStorage } from 'node:async_hooks';
import { type RequestContext } from './request/request-context.js';
import { type TenantContext } from './tenant/tenant-context.js';

/** What travels with asynchronous work. */
export interface Ambient {
  readonly tenant?: TenantContext | undefined;
  readonly request?: RequestContext | undefined;
}

/** One storage for both contexts: every further AsyncLocalStorage is paid again with every promise of a request. */
export const ambient = new AsyncLocalStorage<Ambient>();

const OUTSIDE: Ambient = {};

/** What the running code works for; empty outside of any request or tenant. */
export function currentAmbient(): Ambient {
  return ambient.getStore() ?? OUTSIDE;
}
