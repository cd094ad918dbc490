import { parseTenantId, type TenantId } from '@caas/schema';
import { InvalidArgumentError } from 'commander';

/** The value of `--tenant`: a tenant id. Throws `InvalidArgumentError` naming the rule. */
export function parseTenantOption(value: string): TenantId {
  try {
    return parseTenantId(value);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : 'Not a tenant id.');
  }
}

/** An option that counts something. Throws `InvalidArgumentError` for anything but an integer from 1. */
export function parsePositive(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Needs an integer, at least 1.');
}
