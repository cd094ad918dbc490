import { z } from 'zod';
import { ruleCheck } from '../rules.js';
import { text } from './text.js';

const FIELD_KEY = /^(?!(?:__proto__|constructor)$)[^$.\u0000][^.\u0000]*$/u;

/** A name that is safe as a key of stored data: does not start with `$`, has no dot, does not reach a prototype. At most `max` code points. */
export const fieldKey = ({ max = 64 }: { max?: number } = {}): z.ZodString =>
  text({ min: 1, max }).regex(FIELD_KEY, 'must not start with $, have a dot, or be __proto__ or constructor');

/** What a record holds and how much of it. */
export interface RecordOptions {
  /** The default is {@link fieldKey}. */
  key?: z.ZodString;
  maxKeys: number;
}

/** A map from names to values of one shape, with a bound on the number of names, which `z.record` cannot say. */
export const recordOf = <V extends z.ZodType>(value: V, { key = fieldKey(), maxKeys }: RecordOptions): z.ZodRecord<z.ZodString, V> =>
  z
    .record(key, value)
    .check(
      ruleCheck<Record<string, unknown>>({ kind: 'max-keys', max: maxKeys }, (entries) =>
        Object.keys(entries).length > maxKeys ? { message: `must have at most ${maxKeys} keys` } : undefined,
      ),
    );
