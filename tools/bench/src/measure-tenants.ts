import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Figure } from './support/report.js';
import { heapBytes } from './support/heap.js';
import { Rounds } from './support/rounds.js';
import { median } from './support/statistics.js';
import { connectStores } from './support/stores.js';
import { KEYS_PER_TENANT } from './support/stub-keys.js';
import { type BenchSystem } from './support/system.js';
import { TenantFront } from './support/tenant-front.js';
import { tenantRecords } from './support/tenant-records.js';
import { timed } from './support/timed.js';

const SIZES = [100, 1_000, 10_000] as const;
const SWITCHES = 20_000;
/** The tenants among whom the switches go round: few enough that what was loaded is still good when its turn comes. All others stay in the caches. */
const IN_TURN = 1_000;
/** Switches in one turn of the event loop. */
const PER_TURN = 50;
const LANES = 64;
/** Passes over all tenants after which the heap must not have grown: it is compared with the heap after one. */
const LEAK_PASSES = 2;
const WARM_UP = 1;
const MEGABYTE = 1_048_576;
const [SMALLEST] = SIZES;

interface Sized {
  readonly bytes: number[];
  readonly growth: number[];
  readonly reads: number[];
}

/**
 * P13 and the cost of many tenants: memory of each and the CPU to come into another one, in one process with 100, 1 000 and 10 000 of them. Real caches, limiter
 * and repositories; the records are in memory. Fresh caches in every round; the sizes take turns.
 */
export async function measureTenants(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const results = new Rounds();
  const sized = new Map(SIZES.map((size): [number, Sized] => [size, { bytes: [], growth: [], reads: [] }]));
  for (let round = 0; round < WARM_UP + rounds; round++) {
    for (const size of SIZES) {
      const measured = await measureSize(system, size);
      const kept = sized.get(size);
      if (round < WARM_UP || kept === undefined) continue;
      kept.bytes.push(measured.bytes);
      kept.growth.push(measured.growth);
      kept.reads.push(measured.reads);
      results.add(`pass ${size}`, measured.turn);
      results.add(`robin ${size}`, measured.robin);
      results.add(`one ${size}`, measured.one);
    }
  }
  return SIZES.flatMap((size) => figuresOf(size, { results, sized }));
}

/** One size with caches of its own: memory that filling them takes, then switches while they are full. */
async function measureSize(system: BenchSystem, size: number) {
  const records = tenantRecords(size);
  const stores = await connectStores(system, 'benchtenants');
  try {
    const front = new TenantFront(stores, records);
    const entries = size * KEYS_PER_TENANT;
    const pass = () => timed(async (index) => front.enter(index % size, Math.floor(index / size)), { operations: entries, lanes: LANES });
    await front.enter(0, 0);
    const empty = await heapBytes();
    await pass();
    const full = await heapBytes();
    let [turn, before] = [await pass(), records.reads()];
    for (let times = 1; times < LEAK_PASSES; times++) [before, turn] = [records.reads(), await pass()];
    const reads = (records.reads() - before) / entries;
    const later = await heapBytes();
    const inTurn = Math.min(size, IN_TURN);
    for (let index = 0; index < inTurn; index++) await front.enter(index, 0);
    const robin = await switches((index) => front.enter(index % inTurn, 0));
    const one = await switches(() => front.enter(0, 0));
    return { bytes: full - empty, growth: later / full, reads, turn, robin, one };
  } finally {
    await stores.close();
  }
}

/** Lets the event loop turn now and then, as requests do. */
function switches(enter: (index: number) => Promise<void> | undefined) {
  return timed((index) => enter(index) ?? (index % PER_TURN === 0 ? nextTurn() : undefined), { operations: SWITCHES, lanes: 1 });
}

function figuresOf(size: number, { results, sized }: { results: Rounds; sized: ReadonlyMap<number, Sized> }): Figure[] {
  const bytesPerTenant = (count: number): number => median(sized.get(count)?.bytes ?? []) / count;
  const each = bytesPerTenant(size);
  const { growth = [], reads = [] } = sized.get(size) ?? {};
  const name = `${size} tenants`;
  const measured = `${(each * size) / MEGABYTE < 1 ? '< 1' : Math.round((each * size) / MEGABYTE)} MB for ${name}`;
  const robin = results.cpuMicros(`robin ${size}`);
  const turnMicros = results.cpuMicros(`pass ${size}`);
  const figures: Figure[] = [
    { what: `memory a tenant, ${name}`, measured, value: each / 1_024, unit: 'kB' },
    { what: `switch, cached, ${name}`, measured: `${SWITCHES} switches`, value: robin, unit: 'µs' },
    results.compare({ what: `switch, cached, ${name} / one tenant`, name: `robin ${size}`, baseline: `one ${size}`, by: 'cpu' }),
    {
      what: `records read an entry, all keys in turn, ${name}`,
      measured: `${turnMicros.toFixed(1)} µs`,
      value: median(reads),
      unit: 'calls',
    },
  ];
  if (size === SMALLEST) return figures;
  const [memory, time] = [each / bytesPerTenant(SMALLEST), robin / results.cpuMicros(`robin ${SMALLEST}`)];
  figures.push(
    { what: `memory a tenant, ${name} against ${SMALLEST}`, measured, value: memory, unit: 'times' },
    { what: `switch, ${name} against ${SMALLEST}`, measured: `${robin.toFixed(1)} µs`, value: time, unit: 'times' },
  );
  if (size !== SIZES.at(-1)) return figures;
  return [
    ...figures,
    { goal: 'P13', what: 'heap of 10 000 tenants with 2 keys', measured, value: (each * size) / MEGABYTE, unit: 'MB', floor: 20 },
    { goal: 'P13', what: `heap after ${LEAK_PASSES} more passes`, measured: name, value: median(growth), unit: 'times', floor: 1.15 },
  ];
}
