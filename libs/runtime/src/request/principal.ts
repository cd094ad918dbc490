import { type TenantId } from '@caas/schema';
import { type TenantContext } from '../tenant/tenant-context.js';

export const API_KEY_TYPES = ['server', 'client', 'webhook'] as const;
export type ApiKeyType = (typeof API_KEY_TYPES)[number];

/** A user of the tenant, as far as authorization and snapshots in messages need it. */
export interface ActingUser {
  readonly userId: string;
  readonly externalId: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
}

/** Who is calling, as the credential proves it. */
export interface Principal {
  readonly kind: 'api_key';
  readonly tenantId: TenantId;
  /** `null`: the credential is good for every application of the tenant. */
  readonly appId: string | null;
  readonly keyId: string;
  readonly keyType: ApiKeyType;
  readonly environment: 'live' | 'test';
  /** What the credential may do at most: permissions, already expanded from its scopes. */
  readonly permissions: ReadonlySet<string>;
}

/** Turns a credential into a principal. Implemented by the identity domain; caches by the full credential. */
export interface Authenticator {
  /**
   * Synchronous when cached. Throws `AuthenticationError` for a credential that is unknown, revoked or expired (same text and comparable
   * timing for unknown and wrong), `UnavailableError` when the store does not answer: never "allowed" by default.
   */
  authenticate(apiKey: string): Principal | Promise<Principal>;
}

/** Finds the user that an API key acts for. Implemented by the identity domain. */
export interface ActingUserResolver {
  /** `reference` is `usr_…` or `ext:<external_id>`. `undefined` when the tenant has no such live user. */
  resolve(tenant: TenantContext, reference: string): ActingUser | undefined | Promise<ActingUser | undefined>;
}
