/** Which methods a concrete path knows: for `Allow` and for telling 405 from 404. Used on the error path only. */
export class KnownPaths {
  readonly #entries: { readonly template: string; readonly form: RegExp; readonly methods: Set<string> }[] = [];

  add(method: string, template: string): void {
    let entry = this.#entries.find((candidate) => candidate.template === template);
    if (entry === undefined) {
      const form = template
        .split('/')
        .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
        .join('/');
      entry = { template, form: new RegExp(`^${form}$`), methods: new Set() };
      this.#entries.push(entry);
    }
    entry.methods.add(method);
    if (method === 'GET') entry.methods.add('HEAD');
  }

  /** Methods of a path, sorted; empty for an unknown path. */
  methodsOf(path: string): string[] {
    const methods = this.#entries.filter(({ form }) => form.test(path)).flatMap((entry) => [...entry.methods]);
    return [...new Set(methods)].sort();
  }

  /** Whether a path leads anywhere. */
  knows(path: string): boolean {
    return this.#entries.some(({ form }) => form.test(path));
  }

  get templates(): string[] {
    return this.#entries.map(({ template }) => template);
  }
}
