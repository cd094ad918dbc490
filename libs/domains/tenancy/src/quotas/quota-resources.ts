import { QUOTA_RESOURCES, type QuotaResource } from '@caas/runtime';
import { int64, z } from '@caas/schema';

// Billing meters by the same names.
export { QUOTA_RESOURCES, type QuotaResource };

/** One number for each resource. */
export const perResource = (options: { min: number }) => {
  const amount = int64(options);
  return z.strictObject(Object.fromEntries(QUOTA_RESOURCES.map((resource) => [resource, amount])) as Record<QuotaResource, typeof amount>);
};
