import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { caasHome, stackFilePath } from '@caas/testing/stack';
import { StackError } from '../errors.js';

/** The folder of one stack and the names of what is in it. */
export interface StackFolder {
  readonly name: string;
  readonly path: string;
  /** `stack.json`: there only while the stack is up. */
  readonly stackFile: string;
  /** Ports and passwords; they survive `down`. */
  readonly settingsFile: string;
  /** One file for each process that was spawned, from that moment until it is known to be gone. */
  readonly processes: string;
  readonly locks: string;
  readonly logs: string;
  readonly data: string;
  /** Certificates of the brokers. */
  readonly certificates: string;
  /** Kafka credentials of the services, a file each; a rotation replaces them. */
  readonly logins: string;
  /** Downloads, shared by all stacks of a home. */
  readonly artifacts: string;
  readonly home: string;
}

/** Where a stack lives. Creates nothing; throws {@link StackError} for a name that could leave the folder. */
export function stackFolder(name: string, env: NodeJS.ProcessEnv = process.env): StackFolder {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
    throw new StackError(`"${name}" is no name for a stack: use 1 to 40 of a-z, 0-9 and -, starting with a letter or digit`);
  }
  const home = caasHome(env);
  const path = join(home, 'stacks', name);
  return {
    name,
    path,
    stackFile: stackFilePath(name, env),
    settingsFile: join(path, 'settings.json'),
    processes: join(path, 'processes'),
    locks: join(path, 'locks'),
    logs: join(path, 'logs'),
    data: join(path, 'data'),
    certificates: join(path, 'certificates'),
    logins: join(path, 'logins'),
    artifacts: join(home, 'artifacts'),
    home,
  };
}

/** Creates the folder; only its owner may look inside, since passwords are kept there. */
export function createStackFolder(folder: StackFolder): void {
  for (const path of [folder.path, folder.processes, folder.locks, folder.logs, folder.data, folder.logins])
    mkdirSync(path, { recursive: true, mode: 0o700 });
}
