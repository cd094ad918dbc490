import { type ActingUser, type Principal, type TenantContext } from '@caas/runtime';
import { type Permission } from './permissions.js';

/** May the caller do this with that one? */
export interface ResourceQuestion {
  readonly tenant: TenantContext;
  readonly permission: Permission;
  readonly resourceId: string;
  readonly principal: Principal;
  /** Absent for a server key alone and for people at consoles: they stand for the whole tenant. */
  readonly actingUser: ActingUser | undefined;
}

/** Decides what depends on one resource, with the rules that its routes go by. Domains have one for each type of resource. */
export interface ResourceGuard {
  /** As callers name it: `conversation`. */
  readonly type: string;
  /** What is decided for such a resource; nothing else can be done with one. */
  readonly permissions: ReadonlySet<Permission>;
  /** Resolves where a route would go on, for a caller that holds the permission. Rejects with what the route would answer. */
  require(question: ResourceQuestion): void | Promise<void>;
}
