import { type ReadFrom } from './driver-options.js';
import { type OperationOptions } from './operation-runner.js';
import { type Sort } from './sort.js';

export interface ReadOptions extends OperationOptions {
  /** Deleted documents too; false unless given. */
  readonly includeDeleted?: boolean;
  /** `primaryPreferred` unless given; `primary` for decisions on access, quota and status. */
  readonly readFrom?: ReadFrom;
}

/** Reads of documents. The session is that of the surrounding `withTransaction`, never an option. */
export interface FindOptions<Field extends string = string> extends ReadOptions {
  /** Top-level fields to return; the id comes along. The whole document unless given. */
  readonly select?: readonly Field[] | undefined;
}

export interface FindOneOptions<Document, Field extends string = string> extends FindOptions<Field> {
  /** Which one, when several match. */
  readonly sort?: Sort<Document>;
}

export interface FindManyOptions<Document, Field extends string = string> extends FindOneOptions<Document, Field> {
  /** 1–10 000; 1 000 unless given. For what may be longer, use `page`. */
  readonly limit?: number;
}

export interface CountOptions extends ReadOptions {
  /** Stop counting here; a count that may be large is not worth its price. */
  readonly max?: number;
}
