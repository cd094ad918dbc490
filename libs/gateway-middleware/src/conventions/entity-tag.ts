import { createHash } from 'node:crypto';
import { AppError } from '@caas/runtime';

/** Characters of the digest: 96 bits, far more than the states of one resource. */
const DIGEST_LENGTH = 16;
const TAG = /^"(\d{1,10})(?:\.[\w-]{1,64})?"$/;

/**
 * The strong entity tag of an answer: the version of the document, then a digest of the bytes. The version alone would call two answers equal whose
 * counters, or whose view of another caller, differ (RFC 9110, 8.8.1).
 */
export function entityTag(version: number, body: string): string {
  return `"${version}.${digestOf(body)}"`;
}

/** The strong entity tag of a text that has no version. */
export function contentTag(text: string): string {
  return `"${digestOf(text)}"`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH);
}

/** Whether `If-None-Match` names this tag: weak comparison (RFC 9110, 13.1.2). */
export function isNamedBy(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((given) => given.trim().replace(/^W\//, '') === tag);
}

/**
 * The version that `If-Match` asks for; `undefined` without the header and for `*`. Only the version counts: a change of a counter, or another
 * caller's view of the same version, is no lost update. Throws `VAL_PRECONDITION_FAILED` for what names no version, because nothing can match it.
 */
export function expectedVersionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = TAG.exec(header.trim())?.[1];
  if (version === undefined) throw preconditionFailed('If-Match must be one strong entity tag of this resource, as its ETag said.');
  return Number(version);
}

/** The answer to a change of a version that is not the stored one any more. */
export function preconditionFailed(message = 'The resource was changed since it was read.', cause?: unknown): AppError {
  return new AppError('VAL_PRECONDITION_FAILED', message, {
    details: { issues: [{ field: '/headers/if-match', code: 'precondition', message: 'does not name the stored version' }] },
    ...(cause === undefined ? {} : { cause }),
  });
}
