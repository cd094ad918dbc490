import { type Principal } from '../request/principal.js';
import { type TenantContext } from '../tenant/tenant-context.js';

/** A request, as far as rules about calls look at it. */
export interface Call {
  /** The address behind trusted proxies. */
  readonly ip: string;
  /** As received, without the query. */
  readonly path: string;
  /** Template of the route. */
  readonly route: string | undefined;
}

/** A request whose caller and tenant are known. */
export interface AdmittedCall extends Call {
  readonly principal: Principal | undefined;
  readonly tenant: TenantContext | undefined;
}

/** Refuses requests by where they come from, before anything else is known of them. */
export interface AddressRule {
  /** Synchronous when cached. Throws `AuthorizationError` AUTH_IP_BLOCKED; `UnavailableError` when nobody can say. */
  check(call: Call): void | Promise<void>;
}

/** Refuses requests by the bounds of their credential or their tenant. */
export interface CallRule {
  /** Synchronous when cached. Throws `AuthorizationError`; `UnavailableError` when nobody can say. */
  check(call: AdmittedCall): void | Promise<void>;
}
