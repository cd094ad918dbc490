import { type ExplainedVariable, explainConfig, loadConfig, serviceRules, ConfigError, TOKEN_CONFIG } from '@caas/runtime';
import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ADMIN_CONFIG } from '../admin-config.js';
import { jsonOption, type OutputOptions, print, table } from '../output.js';

interface ExplainOptions extends OutputOptions {
  readonly set?: boolean;
  readonly envFile?: string;
}

const EXPLAINED = { ...ADMIN_CONFIG, ...TOKEN_CONFIG };

/** `caas-admin config …`: what the environment says. */
export function configCommand(): Command {
  return new Command('config').description('the configuration as a process has it').addCommand(explain());
}

function explain(): Command {
  return new Command('explain')
    .description('every variable with its value, where that comes from, and its default; secrets are hidden; exit code 1 when one is wrong')
    .argument('[variables...]', 'only these')
    .option('--set', 'only those that are set')
    .option('--env-file <file>', 'explain this file instead of the environment')
    .addOption(jsonOption())
    .action((names: readonly string[], options: ExplainOptions) => {
      const env = options.envFile === undefined ? process.env : environmentIn(options.envFile);
      const all = withRules(explainConfig(EXPLAINED, env), env);
      refuseUnknown(names, all);
      const shown = all
        .filter(({ variable }) => names.length === 0 || names.includes(variable))
        .filter(({ source }) => options.set !== true || source === 'environment' || source === 'file');
      print({ data: shown }, options, () => render(shown));
      if (shown.some(({ problem }) => problem !== undefined)) process.exitCode = 1;
    });
}

/** What variables say together is wrong only when each of them can be read. */
function withRules(all: readonly ExplainedVariable[], env: NodeJS.Dict<string>): readonly ExplainedVariable[] {
  if (all.some(({ problem }) => problem !== undefined)) return all;
  const broken = new Map(brokenRules(env).map(({ variable, problem }) => [variable, problem]));
  return all.map((one) => {
    const problem = broken.get(one.variable);
    return problem === undefined ? one : { ...one, problem };
  });
}

function brokenRules(env: NodeJS.Dict<string>): ConfigError['problems'] {
  try {
    loadConfig(ADMIN_CONFIG, env, serviceRules);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function environmentIn(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError([
      { variable: '--env-file', problem: `names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` },
    ]);
  }
}

function refuseUnknown(names: readonly string[], all: readonly ExplainedVariable[]): void {
  const unknown = names.filter((name) => !all.some(({ variable }) => variable === name));
  if (unknown.length === 0) return;
  throw new ConfigError(
    unknown.map((variable) => ({ variable, problem: `is no variable of caas-admin; see docs/reference/environment.md` })),
  );
}

function render(shown: readonly ExplainedVariable[]): string {
  if (shown.length === 0) return 'none of them is set';
  const rows = shown.map(({ variable, value, source, default: usual, required, problem }) => [
    variable,
    shorten(value ?? ''),
    source,
    required ? 'required' : shorten(usual ?? ''),
    problem ?? '',
  ]);
  return table(['VARIABLE', 'VALUE', 'SOURCE', 'DEFAULT', 'PROBLEM'], rows);
}

const VALUE_LENGTH_MAX = 48;
const shorten = (text: string): string => (text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX - 1)}…`);
