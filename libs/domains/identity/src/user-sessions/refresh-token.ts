import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseTenantId, type TenantId } from '@caas/schema';

const SECRET_BYTES = 32;
const MAC_BYTES = 16;
const TENANT_PREFIX = 'clnt_';
/** `caas_rt_`, the session, the tenant without its prefix, and 48 bytes in base64url. */
const TOKEN_FORM = /^caas_rt_(sess_[0-9a-z]{26})_([0-9a-z]{8,32})_([A-Za-z0-9_-]{64})$/;

/** A refresh token: `text` for the client, once; `hash` for the store. */
export interface RefreshToken {
  readonly text: string;
  readonly hash: string;
}

/** What an authentic token says. */
export interface PresentedToken {
  readonly tenantId: TenantId;
  readonly sessionId: string;
  readonly hash: string;
}

/**
 * Makes and reads refresh tokens: the tenant and the session, which find the row, 256 random bits, and a MAC. Ids of sessions are not secret, so the MAC tells a
 * token that we issued once from one that somebody made up: only the former, presented again, ends its session.
 */
export class RefreshTokens {
  readonly #keys: readonly [Buffer, ...Buffer[]];

  /** The first key signs, all of them verify. Throws `TypeError` without a key. */
  constructor(keys: readonly Buffer[]) {
    const [first, ...others] = keys;
    if (first === undefined) throw new TypeError('There is no key of refresh tokens.');
    this.#keys = [first, ...others];
  }

  issue(tenantId: TenantId, sessionId: string): RefreshToken {
    const secret = randomBytes(SECRET_BYTES);
    const head = `caas_rt_${sessionId}_${tenantId.slice(TENANT_PREFIX.length)}_`;
    const text = head + Buffer.concat([secret, macOf(this.#keys[0], head, secret)]).toString('base64url');
    return { text, hash: hashOf(text) };
  }

  /** `undefined` for what we did not issue. */
  read(text: string): PresentedToken | undefined {
    const [, sessionId, tenant, tail] = TOKEN_FORM.exec(text) ?? [];
    if (sessionId === undefined || tenant === undefined || tail === undefined) return undefined;
    const bytes = Buffer.from(tail, 'base64url');
    const [secret, mac] = [bytes.subarray(0, SECRET_BYTES), bytes.subarray(SECRET_BYTES)];
    const head = text.slice(0, -tail.length);
    if (!this.#keys.some((key) => timingSafeEqual(macOf(key, head, secret), mac))) return undefined;
    return { tenantId: parseTenantId(TENANT_PREFIX + tenant), sessionId, hash: hashOf(text) };
  }
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function macOf(key: Buffer, head: string, secret: Uint8Array): Buffer {
  return createHmac('sha256', key).update(head).update(secret).digest().subarray(0, MAC_BYTES);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
