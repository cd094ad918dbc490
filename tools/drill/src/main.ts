/** The command line of the drills; `bin/caas-drill.mjs` runs it. */
import { program } from './program.js';

await program().parseAsync();
