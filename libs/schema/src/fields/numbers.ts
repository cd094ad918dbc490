import { z } from 'zod';
import { ruleCheck } from '../rules.js';

/** Bounds of a number, both inclusive. */
export interface NumberOptions {
  min?: number;
  max?: number;
}

const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;
/** The last instant a JavaScript Date can hold (ECMA-262, time range). */
const TIMESTAMP_MAX_MS = 8_640_000_000_000_000;

/** An integer of 32 bits: BSON and Avro `int`. */
export const int32 = ({ min = INT32_MIN, max = INT32_MAX }: NumberOptions = {}): z.ZodInt32 => z.int32().min(min).max(max);

/**
 * An integer that JavaScript holds exactly (±2^53 − 1): BSON and Avro `long`. The MongoDB driver stores a JavaScript number beyond 32 bits
 * as a double, which the validator refuses: the data access library writes such values as `Long`.
 */
export const int64 = ({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: NumberOptions = {}): z.ZodInt =>
  z.int().min(min).max(max);

/** A finite number. NaN and the infinities are refused in every dialect: JSON has no word for them. */
export const double = ({ min = -Number.MAX_VALUE, max = Number.MAX_VALUE }: NumberOptions = {}): z.ZodNumber =>
  z.number().min(min).max(max);

/** An instant in epoch milliseconds, from 1970 on. */
export const timestampMs = (): z.ZodInt =>
  int64({ min: 0, max: TIMESTAMP_MAX_MS }).check(ruleCheck<number>({ kind: 'timestamp-ms' }, () => undefined));

/** An instant in a MongoDB document: a JavaScript Date. Not for JSON or Avro. */
export const bsonDate = (): z.ZodDate => z.date().check(ruleCheck<Date>({ kind: 'bson-date' }, () => undefined));
