import { parsePlan, type Plan, PLANS } from '@caas/runtime';
import { InvalidArgumentError } from 'commander';

/** A plan or one of its aliases. Throws `InvalidArgumentError` naming the plans. */
export function parsePlanOption(text: string): Plan {
  const plan = parsePlan(text);
  if (plan === undefined) throw new InvalidArgumentError(`Use one of ${PLANS.join(', ')}.`);
  return plan;
}
