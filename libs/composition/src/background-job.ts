/** Work that a process does by itself, beside requests and records. */
export interface BackgroundJob {
  /** Unique over all modules; names the job in logs and in the lifecycle. */
  readonly name: string;
  /** Begins the work; resolves once it runs. Called once. */
  start(): Promise<void> | void;
  /** Ends it; resolves when nothing of it runs any more, and what can be finished is. Safe without a start. */
  stop(): Promise<void>;
}
