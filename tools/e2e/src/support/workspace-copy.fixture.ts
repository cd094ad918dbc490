import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WORKSPACE_ROOT } from '@caas/local-stack';

const run = promisify(execFile);
/** Ends a command that hangs. */
const COMMAND_TIMEOUT_MS = 600_000;
/** What a copy makes anew, or is better off without. */
const LEFT_OUT = new Set(['node_modules', '.nx', '.git', '.caas', 'test-output']);

/** A copy of the workspace with its builds, in which a spec may write. Dependencies are hard links: a copy of their names. */
export class WorkspaceCopy {
  private constructor(readonly root: string) {}

  static async make(): Promise<WorkspaceCopy> {
    const copy = new WorkspaceCopy(mkdtempSync(join(tmpdir(), 'caas-workspace-')));
    cpSync(WORKSPACE_ROOT, copy.root, {
      recursive: true,
      preserveTimestamps: true, // or everything would be compiled again
      filter: (path) => !LEFT_OUT.has(path.slice(path.lastIndexOf('/') + 1)),
    });
    await copy.#linkDependencies();
    return copy;
  }

  /** Runs a command line of the guides; resolves with what it printed. Rejects with all of it when it fails. */
  async sh(command: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    try {
      const { stdout } = await run('sh', ['-ec', command], {
        cwd: this.root,
        timeout: COMMAND_TIMEOUT_MS,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...cleanEnvironment(), NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1', ...env },
      });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command}\n${stdout}\n${stderr}`, { cause: error });
    }
  }

  /** The commands of the `sh` blocks of a page. */
  commandsOf(page: string): string[] {
    const blocks = [...this.read(page).matchAll(/^```sh\n([^]*?)^```$/gm)];
    return blocks.flatMap(([, block = '']) => block.split('\n').filter((line) => line !== ''));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  async #linkDependencies(): Promise<void> {
    const [from, to] = [join(WORKSPACE_ROOT, 'node_modules', '.'), join(this.root, 'node_modules')];
    mkdirSync(to);
    try {
      await run('cp', ['-al', `${from}/.`, to]);
    } catch {
      await run('cp', ['-a', `${from}/.`, to]); // another file system, or no links
    }
  }
}

/** The environment without what a runner around this process has put into it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(NX_|npm_|INIT_CWD|NODE_OPTIONS|CAAS_TEST_KIND|JEST_|FORCE_COLOR)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
