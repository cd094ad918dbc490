/** What the edge has to know of an application besides its id. */
export interface ApplicationPolicy {
  /** Calls of all its users and servers together in any 60 seconds. */
  readonly callsPerMinute: number;
  /** Messages of one user in any 60 seconds. */
  readonly messagesPerMinute: number;
  /** Browser origins of its web clients: exact, or with one label as a wildcard (`https://*.example.com`). */
  readonly allowedOrigins: readonly string[];
}

/** Finds what applications have set. Implemented by the identity domain over a cache. */
export interface ApplicationPolicies {
  /** `undefined` when there is no such application. Synchronous when cached. Rejects when the store does not answer. */
  get(appId: string): ApplicationPolicy | undefined | Promise<ApplicationPolicy | undefined>;
  /** Whether some active application allows this origin: what a preflight can be held against, which carries no credential. Up to a minute old. */
  allowsOrigin(origin: string): boolean | Promise<boolean>;
}
