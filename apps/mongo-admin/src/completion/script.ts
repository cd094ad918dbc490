import { type CompletionWords } from './words.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const PROGRAM = 'caas-admin';

/**
 * The script that teaches a shell the words. Each finds the longest path of commands before the cursor, then offers what may follow it; behind an option its
 * values, or files. It starts no process: completing must not wait for one.
 */
export function completionScript(shell: Shell, words: readonly CompletionWords[]): string {
  return `${shell === 'zsh' ? `#compdef ${PROGRAM}\n` : ''}# Made by "${PROGRAM} completion ${shell}"\n${RENDERERS[shell](words)}`;
}

const RENDERERS: Readonly<Record<Shell, (words: readonly CompletionWords[]) => string>> = { bash, zsh, fish };

function bash(words: readonly CompletionWords[]): string {
  const reply = (what: string): string => `COMPREPLY=($(compgen ${what} -- "$current"))`;
  return `_caas_admin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${pathsOf(words).map(quote).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $previous" in
${valuesOf(words)
  .map(({ key, values }) => `    ${quote(key)}) ${reply(values.length === 0 ? '-f' : `-W ${quote(values.join(' '))}`)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${words.map((entry) => `    ${quote(entry.path)}) ${reply(`-W ${quote(offered(entry).join(' '))}`)} ;;`).join('\n')}
  esac
}
complete -F _caas_admin ${PROGRAM}
`;
}

function zsh(words: readonly CompletionWords[]): string {
  return `_caas_admin() {
  local at="" word previous="\${words[CURRENT-1]}"
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${pathsOf(words).map(quote).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $previous" in
${valuesOf(words)
  .map(({ key, values }) => `    ${quote(key)}) ${values.length === 0 ? '_files' : `compadd -- ${values.join(' ')}`}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${words.map((entry) => `    ${quote(entry.path)}) offered=(${describedOf(entry).map(quote).join(' ')}) ;;`).join('\n')}
  esac
  _describe ${quote(PROGRAM)} offered
}
compdef _caas_admin ${PROGRAM}
`;
}

function fish(words: readonly CompletionWords[]): string {
  const lines = words.flatMap(({ path, commands, options, values }) => {
    const line = `complete -c ${PROGRAM} -n '__caas_admin_at "${path}"'`;
    return [
      ...commands.map(({ word, description }) => `${line} -f -a ${word} -d ${quote(description)}`),
      ...values.map((value) => `${line} -f -a ${value}`),
      ...options.map(({ word, description, values: fixed, takesValue }) => {
        const value = fixed.length > 0 ? ` -x -a ${quote(fixed.join(' '))}` : takesValue ? ' -r' : '';
        return `${line} -l ${word.slice(2)}${value} -d ${quote(description)}`;
      }),
    ];
  });
  return `function __caas_admin_at
  set -l at
  for word in (commandline -opc)[2..-1]
    if contains -- (string trim "$at $word") ${pathsOf(words).map(quote).join(' ')}
      set at (string trim "$at $word")
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

const pathsOf = (words: readonly CompletionWords[]): readonly string[] => words.map(({ path }) => path).filter((path) => path !== '');

/** Options that take a value, by the path before them; without values, files are offered. */
const valuesOf = (words: readonly CompletionWords[]): readonly { readonly key: string; readonly values: readonly string[] }[] =>
  words.flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ word, values }) => ({ key: `${path} ${word}`, values })),
  );

const offered = ({ commands, options, values }: CompletionWords): string[] => [
  ...commands.map(({ word }) => word),
  ...values,
  ...options.map(({ word }) => word),
];

/** `word:description`: no word of ours has a colon. */
const describedOf = ({ commands, options, values }: CompletionWords): string[] => [
  ...[...commands, ...options].map(({ word, description }) => `${word}:${description}`),
  ...values,
];

/** For bash and zsh, and for fish outside of other quotes. Texts come without apostrophes (see words.ts). */
const quote = (text: string): string => `'${text}'`;
