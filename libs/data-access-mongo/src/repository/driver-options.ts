import { type ClientSession, type ReadPreferenceMode, type WriteConcernSettings } from 'mongodb';

/** Where a read may go: `primary` for decisions (access, quota, status) and for what the same request wrote. */
export type ReadFrom = Extract<ReadPreferenceMode, 'primary' | 'primaryPreferred' | 'secondaryPreferred'>;

/** Options that every driver call of ours carries: a time budget in the server, the session of the transaction. */
export interface DriverOptions {
  readonly maxTimeMS: number;
  readonly session?: ClientSession;
}

export interface DriverReadOptions extends DriverOptions {
  readonly readPreference: ReadFrom;
}

export interface DriverWriteOptions extends DriverOptions {
  readonly writeConcern?: WriteConcernSettings;
}
