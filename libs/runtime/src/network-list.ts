import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 as IPv6 sockets show it (RFC 4291 §2.5.5.2). */
const MAPPED = '::ffff:';
/** Addresses whose answer is kept: a caller makes many requests. */
const ANSWERS_MAX = 1_000;

/** Networks in CIDR form, IPv4 and IPv6, to look addresses up in. */
export class NetworkList {
  readonly #list = new BlockList();
  readonly #answers = new Map<string, boolean>();
  readonly isEmpty: boolean;

  /** Throws for a text that is no network in its one spelling. */
  constructor(networks: readonly string[]) {
    this.isEmpty = networks.length === 0;
    for (const network of networks) {
      const [address = '', prefix] = network.split('/');
      this.#list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6');
    }
  }

  /** Whether an address is inside; an IPv4-mapped one counts as IPv4, and what is no address is inside of nothing. */
  has(ip: string): boolean {
    if (this.isEmpty) return false;
    const known = this.#answers.get(ip);
    if (known !== undefined) return known;
    const answer = this.#check(ip);
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    this.#answers.set(ip, answer);
    return answer;
  }

  #check(ip: string): boolean {
    const address = ip.startsWith(MAPPED) && ip.includes('.') ? ip.slice(MAPPED.length) : ip;
    if (isIPv4(address)) return this.#list.check(address, 'ipv4');
    return isIPv6(address) && this.#list.check(address, 'ipv6');
  }
}
