import { type z } from 'zod';
import { text } from './text.js';

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
const GROUP = '(?:0|[1-9a-f][0-9a-f]{0,3})';

/** IPv6 in hexadecimal groups without leading zeros, lower case, at most one `::` (RFC 5952 §4, except for the choice of the run). */
const IPV6 = [
  `(?:${GROUP}:){7}${GROUP}`,
  `(?:${GROUP}:){1,7}:`,
  ...Array.from({ length: 6 }, (_, after) => `(?:${GROUP}:){1,${6 - after}}(?::${GROUP}){1,${after + 1}}`),
  `:(?::${GROUP}){1,7}`,
  '::',
].join('|');

const IP_ADDRESS = new RegExp(`^(?:${IPV4}|${IPV6})$`, 'u');
const CIDR = new RegExp(`^(?:${IPV4}\\/(?:3[0-2]|[12]?[0-9])|(?:${IPV6})\\/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`, 'u');

/** The longest text of an IPv6 address. */
const IP_LENGTH_MAX = 39;

/** An IPv4 or IPv6 address. IPv6 in lower-case groups, without an IPv4 tail or a zone; `parseCidr` brings other spellings into this one. */
export const ipAddress = (): z.ZodString => text({ max: IP_LENGTH_MAX }).regex(IP_ADDRESS, 'must be an IPv4 or IPv6 address');

/**
 * A network in CIDR form, spelled as in {@link ipAddress}; a single address is `/32` or `/128`. Says nothing about the bits behind the prefix:
 * `parseCidr` clears them.
 */
export const cidr = (): z.ZodString => text({ max: IP_LENGTH_MAX + 4 }).regex(CIDR, 'must be a network such as 192.0.2.0/24');
