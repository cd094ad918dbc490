/** Tenants that the gateway of `stub-gateway.ts` knows unless told otherwise. */
export const STUB_TENANTS = 50;
/** Keys of each of them. */
export const KEYS_PER_TENANT = 2;

/** A key of the stubbed gateway; both count from 0. */
export function stubKey(tenant: number, key = 0): string {
  return `caas_sk_live_${String(tenant * KEYS_PER_TENANT + key).padStart(43, '0')}`;
}
