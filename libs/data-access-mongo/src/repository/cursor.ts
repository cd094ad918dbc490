import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ValidationError } from '@caas/runtime';

/** Values of the sort keys of one row; dates travel tagged, because JSON has none. */
export type CursorValue = string | number | boolean | Date | null;

export interface Cursor {
  readonly direction: 'forward' | 'backward';
  readonly values: readonly CursorValue[];
}

/** What a cursor belongs to; any other use of it is refused. */
export interface CursorBinding {
  readonly tenantId: string | undefined;
  readonly collection: string;
  /** The HTTP route that lists; absent outside of HTTP. */
  readonly route: string | undefined;
  readonly sort: readonly (readonly [string, 1 | -1])[];
  /** The compiled filter. */
  readonly filter: unknown;
}

const VERSION = 1;
const SIGNATURE_BYTES = 16;
const LENGTH_MAX = 4_096;

/**
 * Writes and reads page cursors: base64url of a signature and JSON. The signature (HMAC-SHA-256, cut to 128 bits) covers tenant, collection,
 * route, sort and filter besides the position, so that a cursor fits the list it came from and no other.
 */
export class CursorCodec {
  readonly #key: Buffer;

  /** `key`: at least 32 bytes, the same in every process that serves the same clients. */
  constructor(key: Buffer) {
    if (key.length < 32) throw new TypeError('A cursor key has at least 32 bytes.');
    this.#key = key;
  }

  /** The codec whose key follows from a base64 secret (HKDF-SHA-256, RFC 5869). */
  static fromSecret(secret: string): CursorCodec {
    return new CursorCodec(Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64'), '', 'caas/page-cursor/v1', 32)));
  }

  encode(cursor: Cursor, binding: CursorBinding): string {
    const body = Buffer.from(JSON.stringify([VERSION, cursor.direction === 'forward' ? 1 : -1, cursor.values.map(pack)]));
    return Buffer.concat([this.#sign(body, binding), body]).toString('base64url');
  }

  /** Throws `ValidationError` (VAL_CURSOR_INVALID) for anything that {@link encode} did not make for this binding. */
  decode(token: string, binding: CursorBinding): Cursor {
    if (typeof token !== 'string' || token.length > LENGTH_MAX || !/^[A-Za-z0-9_-]+$/.test(token)) throw invalid();
    const bytes = Buffer.from(token, 'base64url');
    // Base64 has several spellings of one text; only the canonical one is ours.
    if (bytes.length <= SIGNATURE_BYTES || bytes.toString('base64url') !== token) throw invalid();
    const body = bytes.subarray(SIGNATURE_BYTES);
    if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.#sign(body, binding))) throw invalid();
    const [version, direction, values] = JSON.parse(body.toString()) as [number, number, unknown[]];
    if (version !== VERSION || values.length !== binding.sort.length) throw invalid();
    return { direction: direction === 1 ? 'forward' : 'backward', values: values.map(unpack) };
  }

  #sign(body: Buffer, { tenantId, collection, route, sort, filter }: CursorBinding): Buffer {
    const context = createHash('sha256')
      .update(JSON.stringify([tenantId ?? null, collection, route ?? null, sort, filter]))
      .digest();
    return createHmac('sha256', this.#key).update(context).update(body).digest().subarray(0, SIGNATURE_BYTES);
  }
}

function pack(value: CursorValue): unknown {
  return value instanceof Date ? { d: value.getTime() } : value;
}

function unpack(value: unknown): CursorValue {
  if (typeof value === 'object' && value !== null) return new Date((value as { d: number }).d);
  return value as CursorValue;
}

function invalid(): ValidationError {
  return new ValidationError([{ field: '/query/cursor', code: 'cursor', message: 'was altered or belongs to another list' }], {
    code: 'VAL_CURSOR_INVALID',
  });
}
