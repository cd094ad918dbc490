import { type Collection, type Document } from 'mongodb';

/** Remembers what was last called on a driver collection, so that a slow call can be described afterwards. One for each operation. */
export class RecordedCall {
  #method: string | undefined;
  #args: readonly unknown[] = [];

  /** The method's name; `undefined` while nothing was called. */
  get method(): string | undefined {
    return this.#method;
  }

  get args(): readonly unknown[] {
    return this.#args;
  }

  /** The same collection, watched. Costs about a microsecond; nothing is copied. */
  recording<Stored extends Document>(collection: Collection<Stored>): Collection<Stored> {
    return new Proxy(collection, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        return (...args: unknown[]): unknown => {
          this.#method = name;
          this.#args = args;
          return Reflect.apply(member, target, args);
        };
      },
    });
  }
}
