/** What was last asked of the driver in one operation, so that a slow one can be described afterwards. One for each operation; nothing is copied. */
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

  note(method: string, ...args: readonly unknown[]): void {
    this.#method = method;
    this.#args = args;
  }
}
