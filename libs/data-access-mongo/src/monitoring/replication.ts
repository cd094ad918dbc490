import { type Document } from 'mongodb';

/** What a replica set says of itself. */
export interface ReplicationStatus {
  readonly primary: string | undefined;
  /** Seconds that the last of the reachable secondaries is behind the primary; `undefined` without both. */
  readonly lagSeconds: number | undefined;
  /** Names of members that the others do not reach. */
  readonly down: readonly string[];
}

const PRIMARY = 1;
const SECONDARY = 2;

interface Member {
  readonly name: string;
  readonly state: number;
  readonly health: number;
  readonly optimeDate?: Date;
}

/** Reads the answer to `replSetGetStatus`. */
export function replicationOf(status: Document): ReplicationStatus {
  const members = (status['members'] ?? []) as readonly Member[];
  const primary = members.find(({ state, health }) => state === PRIMARY && health !== 0);
  const written = primary?.optimeDate?.getTime();
  const behind = members.flatMap(({ state, health, optimeDate }) =>
    state === SECONDARY && health !== 0 && optimeDate !== undefined && written !== undefined
      ? [Math.max(0, written - optimeDate.getTime()) / 1_000]
      : [],
  );
  return {
    primary: primary?.name,
    lagSeconds: behind.length === 0 ? undefined : Math.max(...behind),
    down: members.filter(({ health }) => health === 0).map(({ name }) => name),
  };
}
