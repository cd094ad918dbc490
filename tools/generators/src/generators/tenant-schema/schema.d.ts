export interface TenantSchemaOptions {
  readonly name: string;
  readonly domain: string;
  readonly fields?: string;
  readonly idPrefix?: string;
  readonly description?: string;
  readonly singular?: string;
  readonly skipSync?: boolean;
}
