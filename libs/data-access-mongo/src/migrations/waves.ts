import { type MigrationPlace } from './migration-context.js';
import { type MigrationTarget } from './migration-environment.js';

/** How a migration spreads over the tenants. */
export interface WaveOptions {
  /** Tenants that go first and must all succeed; unless given, the first one that has a place of its own. */
  readonly canary?: readonly MigrationPlace[];
  /** Tenants in each of the later waves; 10 unless given. */
  readonly waveSize?: number;
  /** Tenants of one wave at the same time; 4 unless given. */
  readonly parallel?: number;
  /** The run ends when this many failed; 5 unless given. */
  readonly failedMax?: number;
  /** The run ends when more than this share of at least 10 failed; 0.2 unless given. */
  readonly failedShareMax?: number;
}

/** Targets that are worked on together; the next wave begins when all have ended. */
export interface Wave {
  readonly kind: 'canary' | 'shared' | 'batch';
  readonly targets: readonly MigrationTarget[];
}

const WAVE_SIZE_DEFAULT = 10;
const FAILED_MAX_DEFAULT = 5;
const SHARE_MAX_DEFAULT = 0.2;
/** A share of fewer says nothing. */
const SHARE_OF_AT_LEAST = 10;

/** Canary first, then the shared database by itself, because it holds the most tenants, then the others in batches. */
export function planWaves(targets: readonly MigrationTarget[], options: WaveOptions): Wave[] {
  const own = targets.filter(({ place }) => place !== 'shared');
  const canary = options.canary === undefined ? own.slice(0, 1) : own.filter(({ place }) => options.canary?.includes(place));
  const rest = own.filter((target) => !canary.includes(target));
  const size = Math.max(1, options.waveSize ?? WAVE_SIZE_DEFAULT);
  const waves: Wave[] = [
    { kind: 'canary', targets: canary },
    { kind: 'shared', targets: targets.filter(({ place }) => place === 'shared') },
  ];
  for (let start = 0; start < rest.length; start += size) waves.push({ kind: 'batch', targets: rest.slice(start, start + size) });
  return waves.filter((wave) => wave.targets.length > 0);
}

/** Why the run must end here, or `undefined` when it may go on. Asked after every wave; the counts are of one migration. */
export function stopReason(
  { kind, attempted, failed }: { kind: Wave['kind']; attempted: number; failed: number },
  { failedMax = FAILED_MAX_DEFAULT, failedShareMax = SHARE_MAX_DEFAULT }: WaveOptions,
): string | undefined {
  if (failed === 0) return undefined;
  if (kind === 'canary') return 'a canary failed';
  if (failed >= failedMax) return `${failed} of ${attempted} failed; the limit is ${failedMax}`;
  if (attempted >= SHARE_OF_AT_LEAST && failed / attempted > failedShareMax)
    return `${failed} of ${attempted} failed; the limit is ${failedShareMax * 100} %`;
  return undefined;
}
