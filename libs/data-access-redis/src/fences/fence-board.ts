import { randomBytes } from 'node:crypto';
import { type Redis } from 'ioredis';
import { translateRedisError } from '../client/redis-errors.js';
import { type Subscriber } from '../client/subscriber.js';
import { beatScript, postScript, stateScript } from './fence-scripts.js';

/** Who has to obey notices, and who did. */
export interface BoardState {
  /** Names this memory of Redis: another value means that members and notices may have been forgotten in between. */
  readonly since: string;
  /** Processes whose lease runs. */
  readonly members: readonly string[];
  /** Processes that acknowledged the token. */
  readonly acknowledged: readonly string[];
}

/** A notice on the board. */
export interface Notice {
  /** What members acknowledge. */
  readonly token: string;
  /** The text that they get; unique among the notices. */
  readonly text: string;
}

/**
 * A board that every process of an installation looks at: notices are told at once over pub/sub, and found with the next beat by whoever missed that.
 * A process is a member while it beats. Whoever puts a notice up learns in the same step who is a member, and a process that becomes one learns in
 * the same step what is up: of a joining process and a posting one at least one sees the other. All methods but {@link watch} reject with
 * `UnavailableError` while Redis is away.
 */
export class FenceBoard {
  readonly #redis: Redis;
  readonly #subscriber: Subscriber;
  readonly #name: string;

  /** @internal Made by `RedisAccess.fenceBoard` only. */
  constructor(name: string, { redis, subscriber }: { redis: Redis; subscriber: Subscriber }) {
    this.#name = name;
    this.#redis = redis;
    this.#subscriber = subscriber;
  }

  /** Hears of notices, and of times in which some may have been missed. Resolves when Redis confirmed it. */
  watch(listener: { onNotice(text: string): void; onGap(): void }): Promise<void> {
    return this.#subscriber.subscribe(this.#key('told'), { onMessage: (text) => listener.onNotice(text), onGap: () => listener.onGap() });
  }

  /** Makes the process a member for so many milliseconds from now; answers the notices that are up. */
  beat(member: string, leaseMs: number): Promise<readonly string[]> {
    return this.#ask('beat', () => beatScript.run(this.#redis, this.#keys(''), [member, leaseMs, randomBytes(9).toString('base64url')]));
  }

  /** The process is no member any more: it writes nothing from now on. */
  async leave(member: string): Promise<void> {
    await this.#ask('leave', () => this.#redis.zrem(this.#key('members'), member));
  }

  /** Puts a notice up for so many milliseconds, in place of an earlier text, and tells it. */
  async post({ token, text }: Notice, { ttlMs, inPlaceOf = '' }: { ttlMs: number; inPlaceOf?: string }): Promise<BoardState> {
    const args = [text, ttlMs, inPlaceOf, this.#key('told')];
    return stateOf(await this.#ask('post', () => postScript.run(this.#redis, this.#keys(token), args)));
  }

  /** Takes a notice down and tells what to do instead. */
  async withdraw({ text }: Pick<Notice, 'text'>, tell: string): Promise<void> {
    await this.#ask('withdraw', () => this.#redis.multi().zrem(this.#key('notices'), text).publish(this.#key('told'), tell).exec());
  }

  /** The process has done what the notice asks for. */
  async acknowledge(token: string, member: string): Promise<void> {
    const key = this.#key(`acks:${token}`);
    await this.#ask('acknowledge', () => this.#redis.multi().sadd(key, member).pexpire(key, ACK_TTL_MS).exec());
  }

  async state(token: string): Promise<BoardState> {
    return stateOf(await this.#ask('state', () => stateScript.run(this.#redis, this.#keys(token), [])));
  }

  #keys(token: string): string[] {
    return [this.#key('members'), this.#key('notices'), this.#key('since'), this.#key(`acks:${token}`)];
  }

  #key(what: string): string {
    return `fence:{${this.#name}}:${what}`;
  }

  async #ask<Reply>(what: string, command: () => Promise<Reply>): Promise<Reply> {
    try {
      return await command();
    } catch (error) {
      throw translateRedisError(error, `fence ${what}`);
    }
  }
}

/** Longer than any fence. */
const ACK_TTL_MS = 60_000;

function stateOf([since, members, acknowledged]: [string, string[], string[]]): BoardState {
  return { since, members, acknowledged };
}
