import { DrillSystem, type SystemOptions } from './drill-system.js';

/** Runs drills on a system of their own; every process has ended when it resolves, also after Ctrl-C, which ends this process with code 130. */
export async function onSystem(options: SystemOptions, drills: (system: DrillSystem) => Promise<void>): Promise<void> {
  let interrupt!: (error: Error) => void;
  const interrupted = new Promise<never>((_, reject) => (interrupt = reject));
  interrupted.catch(() => undefined); // also when it comes after the drills
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt(new InterruptedByUser(signal)));
  const opening = DrillSystem.open(options);
  let system: DrillSystem | undefined;
  try {
    system = await Promise.race([opening, interrupted]);
    await Promise.race([drills(system), interrupted]);
  } catch (error) {
    if (!(error instanceof InterruptedByUser)) throw error;
    console.error(`${error.message}: everything that was started is ended`);
    process.exitCode = 130;
  } finally {
    system ??= await opening.catch(() => undefined);
    await system?.close();
    if (process.exitCode === 130) process.exit(); // the interrupted drill still waits for something
  }
}

class InterruptedByUser extends Error {
  override readonly name = 'InterruptedByUser';
}
