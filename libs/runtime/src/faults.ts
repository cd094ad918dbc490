/** Places where a drill may make the process fail on purpose. */
export const FAULT_POINTS = [
  'after-write',
  'after-backfill-batch',
  'after-saga-step',
  'after-copy-batch',
  'after-fence-closed',
  'before-flip',
  'after-flip',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Called at a fault point; does nothing unless a drill armed it. */
export type FaultHook = (point: FaultPoint) => void;

/**
 * Arms at most one fault from the text of `CAAS_FAULT`: `exit:<point>` ends the process there as SIGKILL would, without any clean-up.
 * Absent text arms nothing. Production refuses the variable altogether (see the apps' configuration rules).
 */
export function faultHook(text: string | undefined): FaultHook {
  if (text === undefined) return () => undefined;
  const armed = parseFault(text);
  return (point) => {
    if (point === armed) process.kill(process.pid, 'SIGKILL');
  };
}

/** The fault point of `exit:<point>`. Throws a `TypeError` naming what is allowed. */
export function parseFault(text: string): FaultPoint {
  const [action, name] = text.split(':');
  const point = FAULT_POINTS.find((candidate) => candidate === name);
  if (action !== 'exit' || point === undefined) throw new TypeError(`must be exit:<point> with one of ${FAULT_POINTS.join(', ')}`);
  return point;
}
