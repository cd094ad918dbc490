import { randomBytes } from 'node:crypto';
import { RedisScript } from '../client/redis-script.js';
import { type CacheLink } from './cache-link.js';
import { entryKeys } from './invalidations.js';
import { deserialise, serialise } from './serialisation.js';

/** What Redis has of a key. */
export type SharedReading<Value> =
  | { readonly state: 'found'; readonly value: Value | undefined; readonly freshForMs: number }
  /** Not there, and this process is the one to load it. `mark` goes back with {@link SharedEntries.store}. */
  | { readonly state: 'claimed'; readonly mark: string; readonly token: string }
  /** Not there, and another process loads it. */
  | { readonly state: 'loading' }
  | { readonly state: 'absent' };

/** `look` only; `claim` the loading of what is not there; `reload`: claim it although there is a value. */
export type ReadMode = 'look' | 'claim' | 'reload';

/** Longest time that one process may keep the others from loading. */
const LOCK_MS = 2_000;

/**
 * Reads an entry, or claims its loading. KEYS: value, mark, lock. ARGV: token, lock time in ms, mode. Returns {value}, {false}, or
 * {false, mark, 1 when claimed}.
 */
const readScript = new RedisScript<[string | null, string?, number?]>(`
local value = redis.call('GET', KEYS[1])
if ARGV[3] == 'look' or (value and ARGV[3] == 'claim') then return { value } end
local claimed = redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
return { false, redis.call('GET', KEYS[2]) or '', claimed }
`);

/**
 * Keeps a loaded value unless its key was invalidated since the load began: an invalidation changes the mark. Without this, a slow load could put
 * back what was just forgotten. Ends the claim either way. KEYS: value, mark, lock. ARGV: mark, token, lifetime in ms (0: keep nothing), value.
 */
const storeScript = new RedisScript<number>(`
if redis.call('GET', KEYS[3]) == ARGV[2] then redis.call('DEL', KEYS[3]) end
if ARGV[3] == '0' or (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3])
return 1
`);

/** The part of one cache that all processes share. */
export class SharedEntries<Value> {
  readonly #cache: string;
  readonly #link: CacheLink;

  constructor(cache: string, link: CacheLink) {
    this.#cache = cache;
    this.#link = link;
  }

  /** `undefined` when Redis is of no help. */
  async read(key: string, mode: ReadMode): Promise<SharedReading<Value> | undefined> {
    const token = randomBytes(9).toString('base64url');
    const { value, mark, lock } = entryKeys(this.#cache, key);
    const reply = await this.#link.ask((redis) => readScript.run(redis, [value, mark, lock], [token, LOCK_MS, mode]));
    if (reply === undefined) return undefined;
    const [text, seen = '', claimed] = reply;
    if (text !== null) return parseEntry<Value>(text);
    if (mode === 'look') return { state: 'absent' };
    return claimed === 1 ? { state: 'claimed', mark: seen, token } : { state: 'loading' };
  }

  /** Keeps what was loaded for `freshMs`, and for `staleMs` after that; `freshMs` of 0 only ends the claim. Never rejects. */
  async store(
    key: string,
    { value, freshMs, staleMs, mark, token }: { value: Value | undefined; freshMs: number; staleMs: number; mark: string; token: string },
  ): Promise<void> {
    const keys = entryKeys(this.#cache, key);
    const lifetimeMs = freshMs === 0 ? 0 : Math.ceil(freshMs + staleMs);
    await this.#link.ask((redis) =>
      storeScript.run(
        redis,
        [keys.value, keys.mark, keys.lock],
        [mark, token, lifetimeMs, lifetimeMs === 0 ? '' : entryText(value, freshMs)],
      ),
    );
  }
}

/** An entry as Redis has it: until when it is fresh, in milliseconds since the epoch; then the value, nothing where there is no such thing. */
export function entryText(value: unknown, freshMs: number): string {
  return `${Math.ceil(Date.now() + freshMs)} ${value === undefined ? '' : serialise(value)}`;
}

function parseEntry<Value>(text: string): SharedReading<Value> {
  const end = text.indexOf(' ');
  const json = text.slice(end + 1);
  return {
    state: 'found',
    value: json === '' ? undefined : (deserialise(json) as Value),
    freshForMs: Number(text.slice(0, end)) - Date.now(),
  };
}
