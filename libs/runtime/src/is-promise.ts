/** Whether an answer has to be waited for. By its `then` and not its class: promises of another realm or library count too. */
export function isPromise<Value>(answer: Value | Promise<Value>): answer is Promise<Value> {
  return typeof (answer as { then?: unknown } | undefined)?.then === 'function';
}
