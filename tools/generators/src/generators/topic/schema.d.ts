export interface TopicOptions {
  readonly name: string;
  readonly domain: string;
  readonly event?: string;
  readonly family?: string;
  readonly consumer?: boolean;
  readonly fields?: string;
  readonly partitions?: number;
  readonly retentionDays?: number;
  readonly skipSync?: boolean;
}
