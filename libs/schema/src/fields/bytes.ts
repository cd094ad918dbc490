import { z } from 'zod';
import { ruleCheck } from '../rules.js';

/** Bounds of binary data. */
export interface BytesOptions {
  /** The most bytes it may have. */
  max: number;
}

/** Why the value is no such binary data; undefined when it is. */
export const bytesFinding = (value: unknown, max: number): string | undefined => {
  if (!(value instanceof Uint8Array)) return 'must be bytes';
  return value.byteLength > max ? `must have at most ${max} bytes` : undefined;
};

/** Binary data as Uint8Array or Buffer, for documents and Avro; JSON has no word for it. MongoDB validates the type, not the length. */
export const bytes = ({ max }: BytesOptions): z.ZodCustom<Uint8Array, Uint8Array> =>
  z.custom<Uint8Array>().check(
    ruleCheck<Uint8Array>({ kind: 'bytes', max }, (value) => {
      const message = bytesFinding(value, max);
      return message === undefined ? undefined : { message };
    }),
  );
