import { MongoError } from 'mongodb';
import { AppError } from '@caas/runtime';
import { type Capability } from '../capabilities/server-capabilities.js';
import { type LifecycleRepository } from '../repository/repository.js';
import { type Arena } from './arena.js';
import { type ProofCollections } from './proof-collections.js';

/** Methods of repositories; every one is attacked, which a spec checks. */
export type AttackedMethod = keyof LifecycleRepository<ProofCollections['rows']>;

export const ATTACK_KINDS = ['read', 'write', 'pipeline', 'context', 'interleaving'] as const;
export type AttackKind = (typeof ATTACK_KINDS)[number];

/** One way to reach another tenant's data. */
export interface Attack {
  /** Stable name, kebab-case. */
  readonly id: string;
  readonly kind: AttackKind;
  /** The method it goes through; absent when it goes at the tenant context. */
  readonly method?: AttackedMethod;
  /** What is tried, for people. */
  readonly title: string;
  /** Without it the attack cannot be made. */
  readonly needs?: Capability;
  /** Makes the attack once with everything it wants to try, and tells of each. */
  run(arena: Arena, options: { readonly runs: number; readonly seed: number }): Promise<readonly Try[]>;
}

/** What became of one try. */
export type Try =
  | {
      readonly outcome: 'refused';
      readonly code: string;
      /** The server refused what the layer had let pass; alone that proves nothing, because another server may not. */
      readonly byServer: boolean;
    }
  | { readonly outcome: 'confined' }
  | { readonly outcome: 'breached' | 'failed'; readonly reason: string };

/**
 * Makes one try and judges it. *Refused*: one of our errors. *Confined*: an answer with nothing of the other tenant in it. *Breached*: the answer holds
 * something of theirs, `held` says so, or their data has changed. *Failed*: an error that is none of ours, so that nothing is proven.
 */
export async function judge<Result>(
  arena: Arena,
  attempt: () => Result | Promise<Result>,
  { before, held = () => true }: { readonly before: string; readonly held?: (result: Result) => boolean },
): Promise<Try> {
  const verdict = await answerOf(arena, attempt, held);
  if (verdict.outcome === 'breached') return verdict;
  return (await arena.theirData()) === before ? verdict : { outcome: 'breached', reason: 'data of the other tenant changed' };
}

async function answerOf<Result>(arena: Arena, attempt: () => Result | Promise<Result>, held: (result: Result) => boolean): Promise<Try> {
  try {
    const result = await attempt();
    if (arena.isForeign(result)) return { outcome: 'breached', reason: 'the answer holds data of the other tenant' };
    return held(result) ? { outcome: 'confined' } : { outcome: 'breached', reason: 'the answer counts data of the other tenant' };
  } catch (error) {
    if (error instanceof AppError) return { outcome: 'refused', code: error.code, byServer: error.cause instanceof MongoError };
    const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { outcome: 'failed', reason: `an error that is none of ours: ${name}` };
  }
}

/** An attack that is a list of single attempts, each judged. */
export function tries<Result>(
  attempts: (arena: Arena) => readonly (() => Result | Promise<Result>)[],
  held?: (result: Result, arena: Arena) => boolean,
): Attack['run'] {
  return async (arena) => {
    const before = await arena.theirData();
    const outcomes: Try[] = [];
    for (const attempt of attempts(arena)) {
      outcomes.push(await judge(arena, attempt, { before, ...(held && { held: (result: Result) => held(result, arena) }) }));
    }
    return outcomes;
  };
}
