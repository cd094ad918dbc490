import { EventEmitter, once } from 'node:events';

/**
 * Node's emitter with the events of one component spelled out: `{ connected: { latencyMs: number }, closed: void }`.
 * Listeners run synchronously in the order they were added; an exception in one reaches the emitting component.
 */
export class TypedEmitter<Events extends object> {
  readonly #emitter = new EventEmitter();

  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof Events & string>(name: Name, listener: (event: Events[Name]) => void): () => void {
    this.#emitter.on(name, listener);
    return () => this.#emitter.off(name, listener);
  }

  /** Resolves with the next event of that name; rejects when `signal` aborts first. */
  async next<Name extends keyof Events & string>(name: Name, signal?: AbortSignal): Promise<Events[Name]> {
    const [event] = (await once(this.#emitter, name, { signal })) as [Events[Name]];
    return event;
  }

  emit<Name extends keyof Events & string>(name: Name, event: Events[Name]): void {
    this.#emitter.emit(name, event);
  }

  removeAllListeners(): void {
    this.#emitter.removeAllListeners();
  }
}
