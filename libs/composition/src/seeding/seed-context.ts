import { createHash, createHmac } from 'node:crypto';
import { base, en, Faker } from '@faker-js/faker';
import { deriveId, type IdPrefix } from '@caas/schema';
import { SEED_PROFILES, type SeedProfile, type SeedProfileName, type SeedRange } from './seed-profile.js';

/** Fixed, so that two runs on different days make the same rows. */
export const SEED_AS_OF_DEFAULT = new Date('2026-11-01T12:00:00.000Z');

/** Names of things that are told apart by text and number: `'message', conversation, 7`. */
type Part = string | number;

/** An HMAC pepper, with the name under which keys remember it. */
interface Pepper {
  readonly kid: string;
  readonly pepper: Buffer;
}

export interface SeedContextOptions {
  /** Which rows: any whole number. */
  readonly seed: number;
  readonly profile: SeedProfileName;
  /** {@link SEED_AS_OF_DEFAULT} unless given. */
  readonly asOf?: Date;
  /** With it API keys are made; they follow from seed number and pepper, so that nobody who lacks the pepper can guess them. */
  readonly pepper: Pepper;
}

/**
 * What seeds make rows from. Nothing here depends on the clock, on chance or on the order of calls: an id, a number and a made-up name follow from the
 * seed number and the names that they are asked for with.
 */
export class SeedContext {
  readonly seed: number;
  readonly profileName: SeedProfileName;
  readonly profile: SeedProfile;
  readonly asOf: Date;
  readonly pepper: Pepper;
  readonly #realm: string;
  readonly #fakers = new Map<string, Faker>();
  readonly #memo = new Map<unknown, unknown>();

  /** `realm` keeps what has equal names apart: the tenant's id for a tenant's rows. */
  constructor({ seed, profile, asOf = SEED_AS_OF_DEFAULT, pepper }: SeedContextOptions, realm = 'platform') {
    this.seed = seed;
    this.profileName = profile;
    this.profile = SEED_PROFILES[profile];
    this.asOf = asOf;
    this.pepper = pepper;
    this.#realm = realm;
  }

  /** The id of the thing with this name. */
  id(prefix: IdPrefix, ...name: Part[]): string {
    return deriveId(prefix, 'seed', String(this.seed), this.#realm, ...name.map(String));
  }

  /** The same for rows whose ids have no prefix. */
  rowId(...name: Part[]): string {
    return this.id('op', 'row', ...name).slice('op_'.length);
  }

  /** A whole number within the bounds, both inclusive. */
  number({ min, max }: SeedRange, ...name: Part[]): number {
    return min + (hash32(`${this.seed}|${this.#realm}|${name.join('|')}`) % (max - min + 1));
  }

  /** Whether the thing with this name is one of `percent` in a hundred. */
  chance(percent: number, ...name: Part[]): boolean {
    return this.number({ min: 1, max: 100 }, 'chance', ...name) <= percent;
  }

  /** One of several. */
  pick<Value>(values: readonly [Value, ...Value[]], ...name: Part[]): Value {
    return values[this.number({ min: 0, max: values.length - 1 }, 'pick', ...name)] ?? values[0];
  }

  /** Makes up names and words for the thing with this name. To be used at once: the next call for the same kind starts another series. */
  fake(kind: string, ...name: Part[]): Faker {
    const faker = this.#fakers.get(kind) ?? new Faker({ locale: [en, base] });
    this.#fakers.set(kind, faker);
    faker.seed(hash32(`${this.seed}|${this.#realm}|fake|${kind}|${name.join('|')}`));
    faker.setDefaultRefDate(this.asOf);
    return faker;
  }

  /** 32 bytes that anybody can work out: for what is no secret. */
  bytes(...name: Part[]): Buffer {
    return createHash('sha256')
      .update(JSON.stringify(['seed', this.seed, this.#realm, ...name]))
      .digest();
  }

  /** 32 bytes that only who has the pepper can know. */
  secret(...name: Part[]): Buffer {
    return createHmac('sha256', this.pepper.pepper)
      .update(JSON.stringify(['seed', this.seed, this.#realm, ...name]))
      .digest();
  }

  /** Days before {@link asOf}, with fractions; negative ones are after it. */
  daysAgo(days: number): Date {
    return new Date(this.asOf.getTime() - Math.round(days * 86_400_000));
  }

  /** What `make` answers, made once for this context. */
  once<Value>(make: (context: this) => Value): Value {
    if (!this.#memo.has(make)) this.#memo.set(make, make(this));
    return this.#memo.get(make) as Value;
  }
}

/** 32 bits out of a text: FNV-1a with the finish of MurmurHash3, which spreads the last characters over all bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
