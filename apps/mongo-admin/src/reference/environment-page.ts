import { type ConfigDefinition, type ConfigVariable, defaultText } from '@caas/runtime';
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

function defaultOf(variable: ConfigVariable): string {
  const { required, text } = defaultText(variable);
  if (required) return 'required';
  return text === undefined ? '' : code(text);
}

function descriptionOf({ description, secret }: ConfigVariable): string {
  const text = sentence(`${description.charAt(0).toUpperCase()}${description.slice(1)}`).replaceAll('|', '\\|');
  return secret === true ? `${text} A secret.` : text;
}
