import { expect, it } from '@jest/globals';
import { Command, Option } from 'commander';
import { commandsPage } from './commands-page.js';

it('the page of commands has every command with what it takes, and nothing that all of them take', () => {
  const program = new Command('notes')
    .addCommand(
      new Command('note').description('notes of people').addCommand(
        new Command('add')
          .description('write one; it stays')
          .argument('<text>', 'what it says')
          .argument('[labels...]', 'how to find it')
          .requiredOption('--by <name>', 'who a|b')
          .addOption(new Option('--colour <colour>', 'of the paper').choices(['red', 'blue']).default('red'))
          .option('--dry-run', 'only show it')
          .option('--json', 'as JSON'),
      ),
    )
    .addCommand(new Command('check').description('look').option('--json', 'as JSON'));

  const page = commandsPage(program);

  expect(page.slice(page.indexOf('## note'))).toBe(`## note

Notes of people.

### note add

Write one; it stays.

| takes | default | what it is |
| --- | --- | --- |
| \`<text>\` |  | What it says. |
| \`[labels…]\` |  | How to find it. |
| \`--by <name>\` | required | Who a\\|b. |
| \`--colour <colour>\` | \`red\` | Of the paper: red, blue. |
| \`--dry-run\` |  | Only show it. |

## by themselves

### check

Look.
`);
});
