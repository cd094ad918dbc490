/** A limit that the routes of a class have besides those of every route. */
export interface ClassLimit {
  /** Who has a counter of their own: each user, each conversation, the tenant, each caller. A request that has none is not bounded by it. */
  readonly per: 'user' | 'conversation' | 'tenant' | 'caller';
  readonly limit: number;
  readonly windowSeconds: number;
  /** The application's own figure takes the place of `limit`. */
  readonly setByApplication?: 'messagesPerMinute';
}

/** How the requests of a class count. */
export interface RateClassRule {
  /** Credits of one request. */
  readonly cost: number;
  /** Asks Redis for each request instead of spending leased credits: exact across processes, one round trip slower. */
  readonly strict?: boolean;
  readonly limits?: readonly ClassLimit[];
}

const MINUTE = 60;
const HOUR = 3_600;

/** Every rate class with its rule. A route names one of them; OpenAPI shows it as `x-rate-class`. */
export const RATE_CLASSES = {
  default: { cost: 1 },
  message_send: {
    cost: 1,
    limits: [
      { per: 'user', limit: 60, windowSeconds: MINUTE, setByApplication: 'messagesPerMinute' },
      { per: 'conversation', limit: 100, windowSeconds: MINUTE },
    ],
  },
  upload: { cost: 1, limits: [{ per: 'user', limit: 10, windowSeconds: MINUTE }] },
  search: { cost: 1, limits: [{ per: 'user', limit: 30, windowSeconds: MINUTE }] },
  invite_join: { cost: 1, strict: true, limits: [{ per: 'user', limit: 10, windowSeconds: MINUTE }] },
  webhook_admin: { cost: 1, limits: [{ per: 'tenant', limit: 1_000, windowSeconds: MINUTE }] },
  /** Routes that take credentials in their body: whoever is wrong too often there has to wait. */
  auth: { cost: 1 },
  key_admin: { cost: 1, strict: true, limits: [{ per: 'tenant', limit: 30, windowSeconds: MINUTE }] },
  admin: { cost: 1, strict: true, limits: [{ per: 'caller', limit: 60, windowSeconds: MINUTE }] },
  export: { cost: 10, strict: true, limits: [{ per: 'caller', limit: 5, windowSeconds: HOUR }] },
} as const satisfies Record<string, RateClassRule>;

export type RateClass = keyof typeof RATE_CLASSES;
