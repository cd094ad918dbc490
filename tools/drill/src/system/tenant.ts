/** A tenant of a drill. Its alias stands in ledgers, texts and reports. */
export interface DrillTenant {
  readonly alias: string;
  readonly tenantId: string;
  readonly apiKey: string;
  readonly plan: 'starter' | 'pro';
}

/** Two that share collections and topics, and one that has its own. */
export const TENANT_PLANS = [
  { alias: 'a', plan: 'starter' },
  { alias: 'b', plan: 'starter' },
  { alias: 'c', plan: 'pro' },
] as const;
