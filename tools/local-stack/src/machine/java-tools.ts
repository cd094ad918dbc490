import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StackError } from '../errors.js';
import { JAVA_MAJOR_MIN } from '../versions.js';

const run = promisify(execFile);

const WAYS_OUT =
  `Either install a JDK (${JAVA_MAJOR_MIN} or newer) and Maven so that \`java\`, \`javac\` and \`mvn\` are on PATH, ` +
  'or run all of CAAS in containers: docker/README.md.';

const checked = new WeakMap<NodeJS.ProcessEnv, Promise<void>>();

/** Checks that Java is there and new enough, once for an environment. Throws {@link StackError} that names both ways out. */
export async function requireJava(env: NodeJS.ProcessEnv): Promise<void> {
  const check = checked.get(env) ?? checkJava(env);
  checked.set(env, check);
  await check;
}

async function checkJava(env: NodeJS.ProcessEnv): Promise<void> {
  const version = await versionOf('java', ['-version'], env);
  const major = javaMajor(version);
  if (major === undefined || major < JAVA_MAJOR_MIN) {
    throw new StackError(`The local servers need Java ${JAVA_MAJOR_MIN} or newer, but \`java\` is ${version.split('\n')[0]}. ${WAYS_OUT}`);
  }
}

/** Checks that Maven is there; needed for the first start only. Throws {@link StackError} that names both ways out. */
export async function requireMaven(env: NodeJS.ProcessEnv): Promise<void> {
  await versionOf('mvn', ['-v'], env);
}

/** `openjdk version "17.0.15" 2025-04-15` → 17; `java version "1.8.0_402"` → 8. */
export function javaMajor(output: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  if (first === undefined) return undefined;
  return first === '1' && second !== undefined ? Number(second) : Number(first);
}

async function versionOf(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout, stderr } = await run(command, args, { env });
    return stderr + stdout; // java writes its version to the one, mvn to the other
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new StackError(`The local servers need \`${command}\`, which is not on PATH. ${WAYS_OUT}`, { cause });
  }
}
