import { type ConfigError, TimeoutError, withTimeout } from '@caas/runtime';
import { type Check, type Diagnosis, fault, type Finding, skipped, worstOf } from './check.js';

export interface RunChecksOptions {
  /** Milliseconds for one check. */
  readonly timeoutMs: number;
  /** Told of each check when it is done. */
  readonly onDone?: (check: string, findings: readonly Finding[]) => void;
}

/**
 * Runs all checks at once, each as soon as those that it needs are done, and answers what they found, in the order of the checks. Never rejects: a check that
 * fails or takes too long is a fault. Throws a `TypeError` when a check needs one that does not stand before it.
 */
export async function runChecks(checks: readonly Check[], { timeoutMs, onDone }: RunChecksOptions): Promise<readonly Finding[]> {
  const done = new Map<string, Promise<readonly Finding[]>>();
  for (const check of checks) {
    const needed = (check.needs ?? []).map((name) => {
      const before = done.get(name);
      if (before === undefined) throw new TypeError(`The check ${check.name} needs ${name}, which does not stand before it.`);
      return before;
    });
    const findings = Promise.all(needed).then(async (before) => {
      const diagnoses = blockedBy(before) ?? (await runOne(check, timeoutMs));
      const found = diagnoses.map((diagnosis) => ({ check: check.name, ...diagnosis }));
      onDone?.(check.name, found);
      return found;
    });
    done.set(check.name, findings);
  }
  return (await Promise.all(done.values())).flat();
}

/** Why a check has nothing to look at. */
function blockedBy(needed: readonly (readonly Finding[])[]): readonly Diagnosis[] | undefined {
  const blocking = needed.find((findings) => ['fault', 'skipped'].includes(worstOf(findings)));
  const name = blocking?.[0]?.check;
  return name === undefined ? undefined : [skipped(`${name} comes first`)];
}

async function runOne(check: Check, timeoutMs: number): Promise<readonly Diagnosis[]> {
  try {
    return await withTimeout(timeoutMs, check.run(), () => new TimeoutError(`It took more than ${timeoutMs / 1_000} s.`));
  } catch (error) {
    // Settings are checked by themselves, and once is enough.
    if (error instanceof UnusableSettings) return [skipped(error.message)];
    return [fault(error instanceof Error ? error.message : String(error), 'Set LOG_LEVEL=debug and run it again.')];
  }
}

/** What a check looks at cannot be reached, because its settings are wrong. */
export class UnusableSettings extends Error {
  constructor({ problems }: ConfigError) {
    super(`needs ${problems.map(({ variable }) => variable).join(', ')}`);
    this.name = 'UnusableSettings';
  }
}
