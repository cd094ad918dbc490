/** Bounds, both inclusive. */
export interface SeedRange {
  readonly min: number;
  readonly max: number;
}

/** How much of everything a run makes. Where the bounds differ, the seed number decides between them. */
export interface SeedProfile {
  /** How many of the three clients get data; all three get an account. */
  readonly tenants: number;
  readonly users: SeedRange;
  /** Of each user, besides groups; fewer where there are not enough others. */
  readonly conversationsPerUser: SeedRange;
  readonly messagesPerConversation: SeedRange;
  readonly files: SeedRange;
  readonly groups: SeedRange;
}

const exactly = (count: number): SeedRange => ({ min: count, max: count });

/** `test` for specs, `dev` to work with, `full` to look real. */
export const SEED_PROFILES = {
  test: {
    tenants: 1,
    users: exactly(3),
    conversationsPerUser: exactly(2),
    messagesPerConversation: exactly(5),
    files: exactly(5),
    groups: exactly(1),
  },
  dev: {
    tenants: 1,
    users: exactly(10),
    conversationsPerUser: exactly(5),
    messagesPerConversation: exactly(20),
    files: exactly(25),
    groups: exactly(3),
  },
  full: {
    tenants: 3,
    users: { min: 10, max: 100 },
    conversationsPerUser: { min: 5, max: 20 },
    messagesPerConversation: { min: 50, max: 200 },
    files: { min: 10, max: 50 },
    groups: { min: 3, max: 10 },
  },
} as const satisfies Record<string, SeedProfile>;

export type SeedProfileName = keyof typeof SEED_PROFILES;
