import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** One environment variable. */
export interface ConfigVariable<Schema extends z.ZodType = z.ZodType> {
  /** Parses the text of the variable; its default (by zod) applies when the variable is absent or empty. */
  readonly schema: Schema;
  readonly description: string;
  /** A secret may come from a mounted file (`NAME_FILE`) and is redacted wherever the configuration is shown. */
  readonly secret?: boolean;
}

export type ConfigDefinition = Readonly<Record<string, ConfigVariable>>;
export type ConfigOf<Definition extends ConfigDefinition> = { readonly [Name in keyof Definition]: z.output<Definition[Name]['schema']> };

/** Every bad variable of one start, named; their values are never echoed. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly { readonly variable: string; readonly problem: string }[]) {
    super(`The configuration is not usable:\n${problems.map(({ variable, problem }) => `  ${variable}: ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Declares variables; keeps their types. */
export function defineConfig<const Definition extends ConfigDefinition>(definition: Definition): Definition {
  return definition;
}

/**
 * Reads and checks all variables at once. Throws one {@link ConfigError} that lists every problem.
 * `rules` are checked across variables afterwards and return problems in the same form (for example what production refuses).
 */
export function loadConfig<Definition extends ConfigDefinition>(
  definition: Definition,
  env: Readonly<Record<string, string | undefined>>,
  rules: (config: ConfigOf<Definition>) => { variable: string; problem: string }[] = () => [],
): ConfigOf<Definition> {
  const problems: { variable: string; problem: string }[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(definition)) {
    const read = readVariable(name, variable, env);
    if (read.problem === undefined) values[name] = read.value;
    else problems.push({ variable: name, problem: read.problem });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const config = values as ConfigOf<Definition>;
  const violations = rules(config);
  if (violations.length > 0) throw new ConfigError(violations);
  return config;
}

/** One variable as it was found. */
export interface ReadVariable {
  /** As it was written; absent when it was not, or left empty. */
  readonly text?: string;
  /** `NAME_FILE` when a mounted file was read. */
  readonly fromFile: boolean;
  /** What it means; only without a problem. */
  readonly value?: unknown;
  readonly problem?: string;
}

/** Finds and checks one variable. Never throws, and no problem echoes a value. */
export function readVariable(name: string, variable: ConfigVariable, env: Readonly<Record<string, string | undefined>>): ReadVariable {
  const found = findText(name, variable, env);
  if (found.problem !== undefined) return found;
  const result = variable.schema.safeParse(found.text);
  if (result.success) return { ...found, value: result.data };
  const reason = found.text === undefined ? 'is required' : result.error.issues.map((issue) => issue.message).join('; ');
  return { ...found, problem: `${reason} (${variable.description})` };
}

function findText(name: string, { secret }: ConfigVariable, env: Readonly<Record<string, string | undefined>>): ReadVariable {
  const direct = textOf(env[name]);
  const file = secret === true ? textOf(env[`${name}_FILE`]) : undefined;
  if (file === undefined) return { fromFile: false, ...direct };
  if (direct !== undefined) return { fromFile: true, problem: `is set together with ${name}_FILE; keep one` };
  try {
    return { fromFile: true, ...textOf(readFileSync(file.text, 'utf8')) };
  } catch (error) {
    return { fromFile: true, problem: `${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

/** An empty variable is none. */
function textOf(text: string | undefined): { readonly text: string } | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : { text: trimmed };
}

/** Whole number written in decimal. */
export function integer({ min, max }: { min?: number; max?: number } = {}): z.ZodType<number, string | undefined> {
  const range = `must be a whole number${min === undefined ? '' : ` from ${min}`}${max === undefined ? '' : ` to ${max}`}`;
  return z
    .string()
    .refine((text) => /^-?\d{1,15}$/.test(text) && Number(text) >= (min ?? -Infinity) && Number(text) <= (max ?? Infinity), range)
    .transform(Number);
}

/** `true` or `false`, in any case; nothing else, so that a typing error does not become a decision. */
export function flag(): z.ZodType<boolean, string | undefined> {
  return z
    .string()
    .refine((text) => /^(true|false)$/i.test(text), 'must be true or false')
    .transform((text) => text.toLowerCase() === 'true');
}

/** Items separated by commas, trimmed, none empty. */
export function list(): z.ZodType<readonly string[], string | undefined> {
  return z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}

/** TCP port; 0 lets the system choose. */
export const port = (): z.ZodType<number, string | undefined> => integer({ min: 0, max: 65_535 });
