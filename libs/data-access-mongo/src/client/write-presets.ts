import { type WriteConcernSettings } from 'mongodb';

/**
 * How sure a write is when it is acknowledged. There is no preset without acknowledgement: it would hide errors.
 *
 * - `SAFE`: on a majority of nodes and in their journals; survives a failover. Messages, identity, billing, audit, life cycle; the default.
 * - `BALANCED`: in the journal of the primary; a failover within moments may undo it. Receipts, presence snapshots, usage roll-ups.
 * - `FAST`: in the memory of the primary. Events and metrics that may be lost.
 */
export const WRITE_PRESETS = {
  SAFE: { w: 'majority', journal: true, wtimeoutMS: 5_000 },
  BALANCED: { w: 1, journal: true, wtimeoutMS: 5_000 },
  FAST: { w: 1, journal: false, wtimeoutMS: 5_000 },
} as const satisfies Readonly<Record<string, WriteConcernSettings>>;
export type WritePreset = keyof typeof WRITE_PRESETS;
