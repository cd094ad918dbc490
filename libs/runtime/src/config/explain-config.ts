import { type ConfigDefinition, type ConfigVariable, readVariable } from './define-config.js';

/** Where the value of a variable comes from. */
export type ConfigSource = 'environment' | 'file' | 'default' | 'none';

/** One variable as a process has it. */
export interface ExplainedVariable {
  readonly variable: string;
  /** As text, secrets hidden; absent when there is none. */
  readonly value?: string;
  readonly source: ConfigSource;
  /** What holds when nobody sets it; absent when it is required or optional. */
  readonly default?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly description: string;
  /** Why a process would not start with it. */
  readonly problem?: string;
}

/** What secrets are shown as. */
export const HIDDEN = '[hidden]';

/** Every variable of a definition, in its order: what a process would have with this environment, and why. Shows no secret. */
export function explainConfig(
  definition: ConfigDefinition,
  env: Readonly<Record<string, string | undefined>>,
): readonly ExplainedVariable[] {
  return Object.entries(definition).map(([name, variable]) => explain(name, variable, env));
}

function explain(name: string, variable: ConfigVariable, env: Readonly<Record<string, string | undefined>>): ExplainedVariable {
  const { secret = false, description } = variable;
  const { text, fromFile, problem } = readVariable(name, variable, env);
  const usual = defaultText(variable);
  const value = text === undefined ? usual.text : secret ? HIDDEN : withoutLogin(text);
  const isSet = text !== undefined || (fromFile && problem !== undefined);
  return {
    variable: name,
    ...(value !== undefined && { value }),
    source: isSet ? (fromFile ? 'file' : 'environment') : usual.text === undefined ? 'none' : 'default',
    ...(usual.text !== undefined && { default: usual.text }),
    required: usual.required,
    secret,
    description,
    ...(problem !== undefined && { problem }),
  };
}

/** The default of a variable as text, without any for one that is required or optional. */
export function defaultText({ schema }: ConfigVariable): { readonly required: boolean; readonly text?: string } {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return { required: true };
  const text = shown(absent.data);
  return text === '' ? { required: false } : { required: false, text };
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Set || Array.isArray(value)) return [...(value as Iterable<unknown>)].join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An address may carry user and password though its variable is no secret. */
const withoutLogin = (text: string): string => text.replaceAll(/\/\/[^\s,]*@/g, `//${HIDDEN}@`);
