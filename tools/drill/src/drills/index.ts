import { type Drill, type MissingDrill } from '../drill.js';
import { brokerFrozen } from './01-broker-frozen.js';

/** All drills that run, by their number in the fault matrix. */
export const DRILLS: readonly Drill[] = [brokerFrozen];

/** Drills of the matrix that cannot run yet. */
export const MISSING_DRILLS: readonly MissingDrill[] = [];
