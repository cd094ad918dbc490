/** Called before each method of a guarded object; throws to refuse it. */
export type MethodGuard = (method: string) => void;

/**
 * The same object with `guard` in front of every method. Methods run on the object itself, so private fields stay reachable for them and for
 * nobody else.
 */
export function guarded<Guarded extends object>(target: Guarded, guard: MethodGuard): Guarded {
  return new Proxy(target, {
    get: (object, name): unknown => {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: unknown[]): unknown => {
        guard(name);
        return (value as (...args: unknown[]) => unknown).apply(object, args);
      };
    },
  });
}
