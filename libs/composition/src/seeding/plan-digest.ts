import { createHash } from 'node:crypto';
import { type SeedPlan } from './define-seed.js';

/** SHA-256 over every row of a plan, in order: two plans with one digest are the same, byte for byte. */
export async function planDigest(plan: SeedPlan): Promise<string> {
  const digest = createHash('sha256');
  for await (const row of plan.rows) digest.update(JSON.stringify(row)).update('\n');
  return digest.digest('hex');
}
