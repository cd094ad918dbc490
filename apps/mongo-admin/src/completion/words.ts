import { type Command } from 'commander';

/** What may follow one beginning of a command line. */
export interface CompletionWords {
  /** The commands that stand before, without the program: `tenant create`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Described[];
  readonly options: readonly OptionWords[];
  /** Values of the next argument, where they are fixed. */
  readonly values: readonly string[];
}

interface Described {
  readonly word: string;
  readonly description: string;
}

interface OptionWords extends Described {
  /** Values, where they are fixed. */
  readonly values: readonly string[];
  readonly takesValue: boolean;
}

/** Everything that can be completed: one entry for the program, each group and each command. */
export function wordsOf(program: Command): readonly CompletionWords[] {
  return collect(program, []);
}

function collect(command: Command, path: readonly string[]): CompletionWords[] {
  const commands = command.commands.map((child) => ({ word: child.name(), description: firstSentence(child.description()) }));
  const options = command.options
    .filter(({ long }) => long !== undefined)
    .map(({ long, description, argChoices, required, optional }) => ({
      word: long ?? '',
      description: firstSentence(description),
      values: argChoices ?? [],
      takesValue: required || optional,
    }));
  const help = { word: '--help', description: 'explain the command', values: [], takesValue: false };
  const values = command.registeredArguments[0]?.argChoices ?? [];
  return [
    { path: path.join(' '), commands, options: [...options, help], values },
    ...command.commands.flatMap((child) => collect(child, [...path, child.name()])),
  ];
}

/** Shells show one line, and quote it. */
const firstSentence = (text: string): string => (text.split(/[;:(]/, 1)[0] ?? text).replaceAll("'", '’').trim();
