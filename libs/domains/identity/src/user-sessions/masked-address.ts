import { isIPv4 } from 'node:net';

/** Groups of an IPv6 address that stay. */
const IPV6_GROUPS = 3;

/** The network of an address: /24 of IPv4, /48 of IPv6. Enough to recognise a place, too little to find somebody. */
export function maskedAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0`;
  const [head = '', tail] = plain.toLowerCase().split('::', 2);
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const kept = [...left, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...right].slice(0, IPV6_GROUPS);
  return `${kept.join(':').replace(/(?::0)+$/, '')}::`;
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
