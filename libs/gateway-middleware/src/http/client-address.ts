import { isIP } from 'node:net';
import { NetworkList } from '@caas/runtime';

/** Leading 16-bit groups of an IPv6 address that belong to one subscriber: /64. */
const IPV6_GROUPS = 4;

/** The address by which a caller is counted: IPv4 as it is, also inside IPv6; of IPv6 the /64 that one subscriber has. */
export function countedAddress(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(ip) !== 6) return ip;
  const [head = '', tail] = ip.split('%', 1)[0]?.split('::', 2) ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled =
    tail === undefined ? before : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  const groups = filled.slice(0, IPV6_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}

/** Tells whether an address is in one of these ranges (CIDR or single addresses); `undefined` when there are none. Throws `TypeError` for what is no range. */
export function addressTest(ranges: readonly string[]): ((ip: string) => boolean) | undefined {
  if (ranges.length === 0) return undefined;
  const list = new NetworkList(ranges.map(asNetwork));
  return (ip) => list.has(ip);
}

function asNetwork(range: string): string {
  const [address = '', bits] = range.split('/', 2);
  const family = isIP(address);
  const whole = family === 6 ? 128 : 32;
  const prefix = bits === undefined ? whole : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || prefix < 0 || prefix > whole) throw new TypeError('an address range is an IP address, or one with /bits');
  return `${address}/${prefix}`;
}
