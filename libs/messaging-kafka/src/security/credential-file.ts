import { readFileSync } from 'node:fs';
import { type Logger, type Login, parseLogin, UnavailableError } from '@caas/runtime';

export interface CredentialFileOptions {
  readonly path: string;
  readonly logger: Logger;
  /** Milliseconds between two looks; 2 000 unless given. Looked at instead of listened to, since a mounted secret changes by a link in its path. */
  readonly intervalMs?: number;
}

/** Credentials in a file that somebody replaces while the process runs: `{"username", "password"}`. */
export class CredentialFile {
  readonly #options: CredentialFileOptions;
  #login: Login;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Reads the file once. Throws an `UnavailableError` naming it when there are no credentials in it. */
  constructor(options: CredentialFileOptions) {
    this.#options = options;
    const login = this.#read();
    if (login === undefined) throw new UnavailableError(`There are no credentials in ${options.path}.`, { retryable: false });
    this.#login = login;
  }

  /** Those that were used last. */
  get login(): Login {
    return this.#login;
  }

  /** Hands over each new content, one at a time. What `use` rejects is handed over again at the next look, until it is used or replaced. */
  watch(use: (login: Login) => Promise<void>): void {
    this.#timer = setTimeout(() => void this.look(use).finally(() => this.#closed || this.watch(use)), this.#options.intervalMs ?? 2_000);
    this.#timer.unref();
  }

  /** One look. A file that is half written or gone changes nothing. Never rejects. */
  async look(use: (login: Login) => Promise<void>): Promise<void> {
    const login = this.#read();
    if (login === undefined || (login.username === this.#login.username && login.password === this.#login.password)) return;
    try {
      await use(login);
      this.#login = login;
    } catch (error) {
      this.#options.logger.warn({ err: error, username: login.username }, 'new credentials not used; the old ones stay');
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #read(): Login | undefined {
    try {
      return parseLogin(readFileSync(this.#options.path, 'utf8'));
    } catch {
      return undefined;
    }
  }
}
