/** Remembers what was begun and not ended, beyond the life of the process that began it. */
export interface CrashMarkers {
  /** Notes that it begins. Resolves with how often it was begun before without an end: how many processes died over it. */
  begin(name: string): Promise<number>;
  /** Notes that it ended, whatever came of it. */
  end(name: string): Promise<void>;
}
