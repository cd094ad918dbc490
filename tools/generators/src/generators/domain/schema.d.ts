export interface DomainOptions {
  readonly name: string;
  readonly description: string;
  readonly skipSync?: boolean;
}
