import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './checker/check.js';
import { type Observed } from './checker/observed.js';
import { isViolated, type Verdict } from './checker/verdict.js';
import { type Drill } from './drill.js';
import { type Claim, Field } from './field.js';
import { Ledger } from './ledger/ledger.js';
import { observe } from './observe/observe.js';
import { type DrillSystem } from './system/drill-system.js';

/** One run of one drill. */
export interface DrillResult {
  readonly number: number;
  readonly name: string;
  readonly seed: number;
  readonly passed: boolean;
  readonly seconds: number;
  /** Messages that callers were told as taken, and answers that said otherwise. */
  readonly taken: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly claims: readonly Claim[];
  readonly verdicts: readonly Verdict[];
  readonly ledger: string;
}

export interface RunOptions {
  readonly seed: number;
  /** For ledgers. */
  readonly folder: string;
}

/** One run. A drill that could not begin or could not be read back has failed, and no app of it runs on. */
export async function runDrill(system: DrillSystem, drill: Drill, options: RunOptions): Promise<DrillResult> {
  const started = performance.now();
  try {
    return await tryDrill(system, drill, options);
  } catch (error) {
    await system.endApps();
    await system.restoreServers();
    const measured = error instanceof Error ? error.message.slice(-1_000) : String(error);
    return {
      ...{ number: drill.number, name: drill.name, seed: options.seed, passed: false, ledger: options.folder },
      ...{ seconds: secondsSince(started), taken: 0, refusals: {}, verdicts: [] },
      claims: [{ what: 'the drill begins and is read back', held: false, measured }],
    };
  }
}

/** Provokes the fault, lets the system come to rest, reads everything back, and judges. Rejects when it cannot begin or read back. */
async function tryDrill(system: DrillSystem, drill: Drill, { seed, folder }: RunOptions): Promise<DrillResult> {
  const started = performance.now();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const runName = `${drill.number}x${seed}x${Date.now().toString(36)}`;
  const ledger = new Ledger(join(folder, `${drill.name}-${runName}.jsonl`));
  const field = await Field.open({ system, ledger, setup: drill.setup, seed, runName });
  try {
    await drill.run(field).catch((error: unknown) => {
      field.claim('the drill comes to its end', false, error instanceof Error ? error.message : String(error));
    });
    await Promise.all(field.loads.map((load) => load.stop()));
    const observed = await observe(field, { replays: drill.replays ?? false, mayLoseCounts: drill.mayLoseCounts ?? false });
    const verdicts = check(ledger.entries, observed);
    claimDeadLetters(field, observed);
    const refusals: Record<string, number> = {};
    for (const load of field.loads) {
      for (const [status, count] of Object.entries(load.refusals)) refusals[status] = (refusals[status] ?? 0) + count;
    }
    return {
      ...{ number: drill.number, name: drill.name, seed },
      passed: !verdicts.some(isViolated) && field.claims.every(({ held }) => held),
      seconds: secondsSince(started),
      taken: ledger.entries.filter((entry) => entry.kind === 'outcome' && entry.messageId !== undefined).length,
      ...{ refusals, claims: field.claims, verdicts, ledger: ledger.path },
    };
  } finally {
    await field.close();
  }
}

/** No fault of the infrastructure is a reason to put a message aside. */
function claimDeadLetters(field: Field, { deadLetters, poison }: Observed): void {
  const places = new Set(poison.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`));
  const others = deadLetters.filter(
    ({ topic, partition, offset, messageId = '' }) => !places.has(`${topic}/${partition}/${offset}`) && !field.putAside.has(messageId),
  );
  field.claim('nothing becomes a dead letter that is not meant to', others.length === 0, others.map(({ code }) => code).join(', '));
}

const secondsSince = (started: number): number => Math.round((performance.now() - started) / 1_000);
