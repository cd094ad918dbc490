/** How the requests of a class count against the limits of the tenant. */
export interface RateClassRule {
  /** Credits of one request. */
  readonly cost: number;
  /** Asks Redis for each request instead of spending leased credits: exact across processes, one round trip slower. */
  readonly strict?: boolean;
}

/** Every rate class with its rule. A route names one of them; OpenAPI shows it as `x-rate-class`. */
export const RATE_CLASSES = {
  default: { cost: 1 },
  message_send: { cost: 1 },
  search: { cost: 1 },
  /** Routes that take credentials in their body: whoever is wrong too often there has to wait. */
  auth: { cost: 1 },
  key_admin: { cost: 1, strict: true },
  export: { cost: 10, strict: true },
} as const satisfies Record<string, RateClassRule>;

export type RateClass = keyof typeof RATE_CLASSES;
