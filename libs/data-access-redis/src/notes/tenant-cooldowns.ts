import { parseTenantId, type TenantId } from '@caas/schema';
import { type CacheLink } from '../cache/cache-link.js';
import { RedisScript } from '../client/redis-script.js';

/** Begins a pause, unless another holder's runs. KEYS: pause. ARGV: holder, length in ms. Returns the milliseconds to wait, 0 when it has begun. */
const beginScript = new RedisScript<number>(`
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then return 0 end
if holder then return math.max(redis.call('PTTL', KEYS[1]), 1) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
`);

const endScript = new RedisScript<number>(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/** Pauses that people have to keep between two things they do, counted by all processes together. A Redis that is of no help lets everybody go on. */
export class TenantCooldowns {
  readonly #name: string;
  readonly #link: CacheLink;

  /** @internal Made by `RedisAccess.tenantCooldowns` only. */
  constructor(name: string, link: CacheLink) {
    this.#name = name;
    this.#link = link;
  }

  /** Begins the pause of `id` for `holder`; the same holder may begin again. Resolves with the milliseconds that are left of another one's, else 0. */
  async begin(tenantId: TenantId, id: string, { holder, ms }: { holder: string; ms: number }): Promise<number> {
    return (await this.#link.ask((redis) => beginScript.run(redis, [this.#keyOf(tenantId, id)], [holder, ms]))) ?? 0;
  }

  /** Takes a pause back because nothing was done after all. */
  async end(tenantId: TenantId, id: string, holder: string): Promise<void> {
    await this.#link.ask((redis) => endScript.run(redis, [this.#keyOf(tenantId, id)], [holder]));
  }

  #keyOf(tenantId: TenantId, id: string): string {
    return `cooldown:{${parseTenantId(tenantId)}}:${this.#name}:${id}`;
  }
}
