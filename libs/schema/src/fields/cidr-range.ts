import { isIPv4, isIPv6 } from 'node:net';

/** A network as it is stored: its one spelling, and its bounds for a range comparison. */
export interface CidrRange {
  /** The one spelling of the network (RFC 4632, RFC 5952): bits behind the prefix are zero, a single address is `/32` or `/128`. */
  readonly cidr: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  /** 16 bytes, IPv4 mapped into IPv6 (RFC 4291 §2.5.5.2): an address is inside when it lies between both bounds, byte by byte. */
  readonly start: Buffer;
  readonly end: Buffer;
}

const BITS = 128n;
const ALL_ONES = (1n << BITS) - 1n;
const MAPPED = 0xffffn << 32n;
const MAPPED_PREFIX = 96;

/** The network or single address that a text means, in any common spelling; `undefined` when it means none. An IPv4-mapped IPv6 network is the IPv4 one. */
export function parseCidr(text: string): CidrRange | undefined {
  const match = /^([0-9A-Fa-f:.]{2,45})(?:\/(0|[1-9][0-9]{0,2}))?$/u.exec(text);
  if (match?.[1] === undefined) return undefined;
  const isDotted = isIPv4(match[1]);
  const address = addressBits(match[1]);
  const spaceBits = isDotted ? 32 : 128;
  const given = match[2] === undefined ? spaceBits : Number(match[2]);
  if (address === undefined || given > spaceBits) return undefined;
  return rangeOf(address, given + 128 - spaceBits);
}

/** The 16 bytes of a single address, to compare with the bounds of ranges; `undefined` when the text is none. */
export function ipBytes(text: string): Buffer | undefined {
  const address = addressBits(text);
  return address === undefined ? undefined : toBytes(address);
}

function rangeOf(address: bigint, mappedLength: number): CidrRange {
  const hostMask = ALL_ONES >> BigInt(mappedLength);
  const start = address & (ALL_ONES ^ hostMask);
  const family = mappedLength >= MAPPED_PREFIX && start >> 32n === 0xffffn ? 4 : 6;
  const prefixLength = family === 4 ? mappedLength - MAPPED_PREFIX : mappedLength;
  const [first, last] = [toBytes(start), toBytes(start | hostMask)];
  return {
    cidr: `${family === 4 ? first.subarray(12).join('.') : ipv6Text(first)}/${prefixLength}`,
    family,
    prefixLength,
    start: first,
    end: last,
  };
}

/** An address as a number of 128 bits, IPv4 mapped into IPv6. */
function addressBits(text: string): bigint | undefined {
  if (isIPv4(text)) return MAPPED | BigInt(`0x${Buffer.from(text.split('.').map(Number)).toString('hex')}`);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head = [], tail] = groupsOf(new URL(`http://[${text}]/`).hostname.slice(1, -1));
  const groups = tail === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

function groupsOf(text: string): string[][] {
  return text.split('::').map((part) => (part === '' ? [] : part.split(':')));
}

/** RFC 5952: what the URL parser writes, whose serializer picks the first longest run of zeros (WHATWG URL §3.5). */
function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

function toBytes(bits: bigint): Buffer {
  return Buffer.from(bits.toString(16).padStart(32, '0'), 'hex');
}
