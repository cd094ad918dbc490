import { type ConfigDefinition, type ConfigVariable } from '@caas/runtime';
import { code } from './field-rows.js';
import { sentence, table } from './markdown.js';

/** What each process reads, by the process's name. */
export type ProcessConfigs = Readonly<Record<string, ConfigDefinition>>;

const HEAD = `# Environment

Generated from the definitions by \`nx sync\`. A secret may also come from a mounted file: \`NAME_FILE\` with its path in place of \`NAME\`. A process that lacks
a required variable, or is given one that it cannot understand, names all of them at once and does not start.
`;

/** The reference page of all environment variables: each once, with the processes that read it. */
export function environmentPage(configs: ProcessConfigs): string {
  const names = [...new Set(Object.values(configs).flatMap((config) => Object.keys(config)))].sort();
  const rows = names.map((name) => {
    const readers = Object.entries(configs).flatMap(([process, config]) => {
      const variable = config[name];
      return variable === undefined ? [] : [{ process, variable }];
    });
    const [first] = readers;
    if (first === undefined) return [];
    return [code(name), readers.map(({ process }) => process).join(', '), defaultOf(first.variable), descriptionOf(first.variable)];
  });
  return `${HEAD}\n${table(['variable', 'read by', 'default', 'what it is'], rows)}\n`;
}

function defaultOf({ schema }: ConfigVariable): string {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return 'required';
  const text = shown(absent.data);
  return text === '' ? '' : code(text);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Set || Array.isArray(value)) return [...(value as Iterable<unknown>)].join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function descriptionOf({ description, secret }: ConfigVariable): string {
  const text = sentence(`${description.charAt(0).toUpperCase()}${description.slice(1)}`).replaceAll('|', '\\|');
  return secret === true ? `${text} A secret.` : text;
}
