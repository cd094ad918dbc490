import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Login, parseLogin } from '@caas/runtime';

/** Where a service is told its credentials: a mounted secret, a vault, a file. */
export interface PublishedLogin {
  /** What is published; `undefined` when nothing is. */
  read(): Promise<Login | undefined>;
  /** Publishes in one step: a reader sees the old or the new credentials, never a part. */
  write(login: Login): Promise<void>;
  /** Epoch milliseconds of the last publication. */
  publishedAt(): Promise<number | undefined>;
}

/** A file that services watch (`KAFKA_SASL_CREDENTIALS_FILE`), for its owner's eyes only. */
export class PublishedLoginFile implements PublishedLogin {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async read(): Promise<Login | undefined> {
    return ifPresent(() => parseLogin(readFileSync(this.path, 'utf8')));
  }

  async write(login: Login): Promise<void> {
    const temporary = `${this.path}.${randomUUID()}`;
    try {
      writeFileSync(temporary, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  async publishedAt(): Promise<number | undefined> {
    return ifPresent(() => statSync(this.path).mtimeMs);
  }
}

function ifPresent<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
