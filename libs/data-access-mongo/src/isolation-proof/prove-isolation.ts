import { randomBytes, randomInt } from 'node:crypto';
import { type IsolationModel, ISOLATION_MODELS } from '@caas/runtime';
import { type Mongo } from '../client/mongo.js';
import { type Arena, closeArena, openArena } from './arena.js';
import { type Attack, type AttackKind, type Try } from './attack.js';
import { contextAttacks } from './attacks/context-attacks.js';
import { interleavingAttack } from './attacks/interleaving-attack.js';
import { pipelineAttacks } from './attacks/pipeline-attacks.js';
import { propertyAttacks } from './attacks/property-attacks.js';
import { readAttacks } from './attacks/read-attacks.js';
import { writeAttacks } from './attacks/write-attacks.js';
import { proofCollections } from './proof-collections.js';

/** Every attack, reads before writes. */
export const ATTACKS: readonly Attack[] = [
  ...contextAttacks,
  ...readAttacks,
  ...pipelineAttacks,
  ...writeAttacks,
  ...propertyAttacks,
  interleavingAttack,
];

export const ATTACK_OUTCOMES = ['held', 'breached', 'failed', 'skipped'] as const;
export type AttackOutcome = (typeof ATTACK_OUTCOMES)[number];

export interface ProofOptions {
  /** Strategies to attack; all three unless given. */
  readonly models?: readonly IsolationModel[];
  /** Generated inputs of each generated attack; 50 unless given. */
  readonly runs?: number;
  /** Repeats the generated inputs of an earlier report; random unless given. */
  readonly seed?: number;
  readonly onProgress?: (done: { readonly model: IsolationModel; readonly result: AttackResult }) => void;
}

export interface AttackResult {
  readonly id: string;
  readonly kind: AttackKind;
  readonly method: string | null;
  readonly title: string;
  /** `failed`: something went wrong that is none of our errors, so that nothing is proven. */
  readonly outcome: AttackOutcome;
  /** Tries made; how many of them were refused, and how many were answered with nothing of the other tenant. */
  readonly tries: number;
  readonly refused: number;
  readonly confined: number;
  /** Why it was skipped, or what the first tries that did not hold met. */
  readonly reasons: readonly string[];
}

export interface StrategyReport {
  readonly model: IsolationModel;
  readonly attacks: readonly AttackResult[];
  readonly counts: Readonly<Record<AttackOutcome, number>>;
}

export interface IsolationReport {
  /** True when every attack that the server could be asked to carry out held; what was skipped says why. */
  readonly proven: boolean;
  readonly seed: number;
  readonly runs: number;
  readonly server: { readonly version: string; readonly topology: string; readonly missing: readonly string[] };
  readonly strategies: readonly StrategyReport[];
  readonly counts: Readonly<Record<AttackOutcome | 'attacks' | 'tries', number>>;
}

const RUNS_DEFAULT = 50;
const REASONS_MAX = 5;
const REFUSED_BY_SERVER = 'server refused every try, so that nothing is proven';

/**
 * Attacks the isolation of tenants on a connected server, in each strategy, with two tenants that exist for this only, in collections that exist for
 * this only. Everything that it creates is removed, also when it fails. Rejects when the server does not answer or refuses to create collections;
 * whatever an attack meets stands in the report.
 */
export async function proveIsolation(mongo: Mongo, options: ProofOptions = {}): Promise<IsolationReport> {
  const { models = ISOLATION_MODELS, runs = RUNS_DEFAULT, seed = randomInt(2 ** 31), onProgress } = options;
  const collections = proofCollections(randomBytes(4).toString('hex'));
  const strategies: StrategyReport[] = [];
  for (const model of models) {
    const arena = await openArena(mongo, collections, model);
    try {
      const attacks: AttackResult[] = [];
      for (const attack of ATTACKS) {
        const result = await resultOf(attack, arena, { runs, seed });
        attacks.push(result);
        onProgress?.({ model, result });
      }
      strategies.push({ model, attacks, counts: countsOf(attacks) });
    } finally {
      await closeArena(arena);
    }
  }
  const all = strategies.flatMap(({ attacks }) => attacks);
  const counts = countsOf(all);
  return {
    proven: counts.breached === 0 && counts.failed === 0 && counts.held > 0,
    seed,
    runs,
    server: { version: mongo.capabilities.version, topology: mongo.capabilities.topology, missing: mongo.capabilities.missing() },
    strategies,
    counts: { ...counts, attacks: all.length, tries: all.reduce((sum, { tries }) => sum + tries, 0) },
  };
}

async function resultOf(attack: Attack, arena: Arena, options: { runs: number; seed: number }): Promise<AttackResult> {
  const { id, kind, method, title, needs } = attack;
  const about = { id, kind, method: method ?? null, title };
  if (needs !== undefined && !arena.mongo.capabilities.has(needs)) {
    return { ...about, outcome: 'skipped', tries: 0, refused: 0, confined: 0, reasons: [`server lacks ${needs}`] };
  }
  const tries = await triesOf(attack, arena, options);
  if (tries.length > 0 && tries.every((one) => one.outcome === 'refused' && one.byServer)) {
    return { ...about, outcome: 'skipped', tries: tries.length, refused: tries.length, confined: 0, reasons: [REFUSED_BY_SERVER] };
  }
  const bad = tries.flatMap((one) => ('reason' in one ? [one] : []));
  const breached = bad.some(({ outcome }) => outcome === 'breached');
  return {
    ...about,
    outcome: breached ? 'breached' : bad.length > 0 || tries.length === 0 ? 'failed' : 'held',
    tries: tries.length,
    refused: tries.filter(({ outcome }) => outcome === 'refused').length,
    confined: tries.filter(({ outcome }) => outcome === 'confined').length,
    reasons: bad.slice(0, REASONS_MAX).map(({ reason }) => reason),
  };
}

/** An attack that cannot be made to its end has proven nothing. */
async function triesOf(attack: Attack, arena: Arena, options: { runs: number; seed: number }): Promise<readonly Try[]> {
  try {
    return await attack.run(arena, options);
  } catch (error) {
    return [{ outcome: 'failed', reason: `the attack ended early: ${String(error)}` }];
  }
}

function countsOf(attacks: readonly AttackResult[]): Record<AttackOutcome, number> {
  const counts = { held: 0, breached: 0, failed: 0, skipped: 0 };
  for (const { outcome } of attacks) counts[outcome] += 1;
  return counts;
}
