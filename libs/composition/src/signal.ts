/** When a signal is an alert. Values above a threshold count; one of the two may be absent. */
export interface AlertRule {
  /** Unique over all modules: `consumer-lag`. */
  readonly name: string;
  readonly warning?: number;
  readonly critical?: number;
  /** For so long a value has to be above before anybody is told. */
  readonly forMs: number;
  /** Where it is said what to do. */
  readonly runbook: string;
}

/** A value now; `labels` tell it from others of the same signal. */
export interface SignalReading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Something that is watched. */
export interface Signal {
  readonly rule: AlertRule;
  /** Rejects when it cannot be read now: then nothing is known, and nothing is raised or resolved. */
  read(): Promise<readonly SignalReading[]>;
}
