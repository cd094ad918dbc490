/**
 * A Jest reporter: ends a run that has finished but is kept alive by something a spec left open, and fails it. Without it such a run
 * would hang until its stage is stopped.
 */
const GRACE_MS = 20_000;

export default class LeakReporter {
  onRunComplete() {
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
      console.error(`The specs have ended, but something they opened keeps the process alive: ${open.join(', ') || 'timers'}.`);
      process.exit(1);
    }, GRACE_MS).unref();
  }
}
