export type Operation = 'create' | 'get' | 'list' | 'update' | 'delete';

export interface RouteOptions {
  readonly name: string;
  readonly domain: string;
  readonly operation: Operation;
  readonly path?: string;
  readonly permission?: string;
  readonly scope?: string;
  readonly skipSync?: boolean;
}
