import { type TenantId } from '@caas/schema';
import { type NetworkList } from '../network-list.js';
import { type TenantContext } from '../tenant/tenant-context.js';

export const API_KEY_TYPES = ['server', 'client', 'webhook'] as const;
export type ApiKeyType = (typeof API_KEY_TYPES)[number];

/**
 * Whom a credential stands for: a tenant's server, an app as such, a caller that only verifies webhooks, an end user, a person at the tenant's console, staff
 * of the platform.
 */
export const ACTORS = ['key', 'client_key', 'webhook_key', 'user', 'admin', 'platform'] as const;
export type Actor = (typeof ACTORS)[number];

/** How a caller proved who they are: an API key, a token of ours or of an issuer that we trust, a token that the tenant signed. */
export const AUTH_TYPES = ['api_key', 'jwt', 'sdk'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

/** The actor that a type of API key is. */
export const ACTOR_OF_KEY_TYPE: Readonly<Record<ApiKeyType, Actor>> = { server: 'key', client: 'client_key', webhook: 'webhook_key' };

/** A user of the tenant, as far as authorization and snapshots in messages need it. */
export interface ActingUser {
  readonly userId: string;
  readonly externalId: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly roles: readonly string[];
  /** What the roles grant, under a condition or without, less what the user's own flags deny. Shared by all users of whom the same holds. */
  readonly permissions: ReadonlySet<string>;
}

/** Bounds of a key beyond its permissions. */
export interface KeyRestrictions {
  /** Whether a path, as received, may be called; absent: every path. */
  readonly allowsPath?: (path: string) => boolean;
  /** Networks that the key may be used from; absent: from everywhere. */
  readonly networks?: NetworkList;
  /** Requests in the key's whole life, and how many there were when it was read; absent: no limit. */
  readonly requests?: { readonly max: number; readonly used: number };
}

/** Who is calling, as the credential proves it. */
export interface Principal {
  readonly actor: Actor;
  readonly authType: AuthType;
  /** `null` for staff of the platform only, who name the tenant with each request. */
  readonly tenantId: TenantId | null;
  /** `null`: the credential is good for every application of the tenant. */
  readonly appId: string | null;
  /** The caller's own id, by which changes, limits and the security trail know them: that of the key, the user or the admin. */
  readonly subjectId: string;
  /** The API key; of a user's request the client key that came with the token. */
  readonly keyId?: string;
  /** The user that the token stands for; they are the acting user of every request made with it. */
  readonly user?: ActingUser;
  /** Of a key that has any. */
  readonly restrictions?: KeyRestrictions;
  readonly sessionId?: string;
  readonly deviceId?: string;
  /** Of users and admins; empty for keys. */
  readonly roles: readonly string[];
  readonly environment: 'live' | 'test';
  /** What the credential may do at most: from the scopes of a key, or from roles less what the token leaves out. */
  readonly permissions: ReadonlySet<string>;
  /** Epoch milliseconds; absent for credentials without a time. */
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  /** What this credential may ask for at most, when that is less than its tenant. */
  readonly rateLimit?: { readonly requestsPerMinute: number | null; readonly requestsPerDay: number | null };
  /** The token itself, by its id; absent for keys. */
  readonly tokenId?: string;
}

/** How a credential was presented. */
export const CREDENTIAL_SCHEMES = ['api_key', 'bearer', 'sdk_jwt'] as const;
export type CredentialScheme = (typeof CREDENTIAL_SCHEMES)[number];

/** Turns a credential into a principal. Implemented by the identity domain; caches by the full credential. */
export interface Authenticator {
  /**
   * Synchronous when cached. Throws `AuthenticationError` for a credential that is unknown, revoked or expired (same text and comparable
   * timing for unknown and wrong), `UnavailableError` when the store does not answer: never "allowed" by default.
   */
  authenticate(credential: string, scheme: CredentialScheme): Principal | Promise<Principal>;
}

/** Finds the user that an API key acts for. Implemented by the identity domain. */
export interface ActingUserResolver {
  /** `reference` is `usr_…` or `ext:<external_id>`. `undefined` when the tenant has no such live user. */
  resolve(tenant: TenantContext, reference: string): ActingUser | undefined | Promise<ActingUser | undefined>;
}
