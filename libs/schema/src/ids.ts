import { hash } from 'node:crypto';
import { z } from 'zod';
import { BASE32_128_SOURCE, decode128Bits, encode128Bits } from './base32.js';
import { createUuidV7 } from './uuid-v7.js';

/** The prefix of every kind of id. A prefix names one kind for ever: it is never reused. */
export const ID_PREFIXES = {
  tenant: 'clnt',
  application: 'app',
  apiKey: 'key',
  user: 'usr',
  conversation: 'conv',
  message: 'msg',
  event: 'evt',
  operation: 'op',
  deadLetter: 'dlq',
  audit: 'aud',
  admin: 'adm',
  membership: 'mbr',
  webhook: 'whk',
  webhookDelivery: 'wdl',
  device: 'dev',
  session: 'sess',
  file: 'file',
  post: 'post',
  group: 'grp',
  announcement: 'ann',
  groupEvent: 'gev',
  subscription: 'sub',
  invoice: 'inv',
  paymentMethod: 'pm',
  policy: 'pol',
  notification: 'ntf',
  job: 'job',
} as const;

/** One of the registered id prefixes. */
export type IdPrefix = (typeof ID_PREFIXES)[keyof typeof ID_PREFIXES];

const nextUuidV7 = createUuidV7();
const patterns = new Map<IdPrefix, RegExp>(
  Object.values(ID_PREFIXES).map((prefix) => [prefix, new RegExp(`^${prefix}_${BASE32_128_SOURCE}$`, 'u')]),
);
const patternOf = (prefix: IdPrefix): RegExp => {
  const pattern = patterns.get(prefix);
  if (!pattern) throw new TypeError(`"${prefix}" is not an id prefix; register it in ID_PREFIXES`);
  return pattern;
};

/** A new id: the prefix and a UUIDv7. Ids of one process sort in the order in which they were made, also within a millisecond. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${nextUuidV7()}`;

/**
 * The id that follows from its parts: the same prefix and parts give the same id in every process, so a replay of the same fact makes
 * no second thing. SHA-256 cut to a UUIDv8 (RFC 9562 §5.8). Parts are kept apart: `('a', 'bc')` and `('ab', 'c')` differ.
 */
export const deriveId = (prefix: IdPrefix, ...parts: string[]): string => {
  const bytes = hash('sha256', JSON.stringify([prefix, ...parts]), 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `${prefix}_${encode128Bits(bytes)}`;
};

/** Whether the value is an id of this kind in its one canonical spelling. Says nothing about whether the thing exists. */
export const isId = (prefix: IdPrefix, value: unknown): value is string => typeof value === 'string' && patternOf(prefix).test(value);

/** The zod field for an id of this kind. */
export const idOf = (prefix: IdPrefix): z.ZodString => z.string().regex(patternOf(prefix), `must be an id that starts with ${prefix}_`);

const BARE_PATTERN = new RegExp(`^${BASE32_128_SOURCE}$`, 'u');

/** A UUIDv7 in 26 characters of base32, for rows that nobody outside names. Sorts like {@link newId}. */
export const newRowId = (): string => nextUuidV7();

/** The zod field for {@link newRowId}. */
export const rowIdField = (): z.ZodString => z.string().regex(BARE_PATTERN, 'must be 26 characters of base32');

/** The UUID inside an id, as RFC 9562 text, for systems that know UUIDs only. Throws TypeError when it is no id of this kind. */
export const uuidOfId = (prefix: IdPrefix, id: string): string => {
  if (!isId(prefix, id)) throw new TypeError(`not an id that starts with ${prefix}_`);
  return decode128Bits(id.slice(prefix.length + 1))
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
};
