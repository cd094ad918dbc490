export interface MigrationOptions {
  readonly name: string;
  readonly domain: string;
  readonly concept: string;
  readonly field?: string;
  readonly value?: string;
  readonly skipSync?: boolean;
}
