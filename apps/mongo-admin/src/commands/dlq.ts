import { Command } from 'commander';
import { deleteCommand } from './dlq/delete.js';
import { diff } from './dlq/diff.js';
import { edit } from './dlq/edit.js';
import { list } from './dlq/list.js';
import { replay } from './dlq/replay.js';
import { replayAll } from './dlq/replay-all.js';
import { show } from './dlq/show.js';
import { stats } from './dlq/stats.js';

/** `caas-admin dlq …`: records that consumer groups could not handle. */
export function dlqCommand(): Command {
  return new Command('dlq')
    .description('dead letters: look at them, compare them with the schema, correct, replay and remove them; every change is audited')
    .addCommand(list())
    .addCommand(show())
    .addCommand(diff())
    .addCommand(edit())
    .addCommand(replay())
    .addCommand(replayAll())
    .addCommand(deleteCommand())
    .addCommand(stats());
}
