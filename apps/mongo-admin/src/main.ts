/** The operator's command line. Each command is a file in `commands/`. */
import { AppError, ConfigError } from '@caas/runtime';
import { adminProgram } from './admin-program.js';

try {
  await adminProgram(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2)).parseAsync();
} catch (error) {
  // An error of ours says what to do; anything else is a bug and keeps its stack trace.
  const known = error instanceof AppError || error instanceof ConfigError;
  process.stderr.write(`${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
