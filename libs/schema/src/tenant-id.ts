import { z } from 'zod';
import { newId } from './ids.js';

/** The id of a tenant. Branded: a plain string is no TenantId until {@link parseTenantId} has seen it. */
export type TenantId = string & { readonly __tenantId: unique symbol };

/** Lower case and without a second underscore: it becomes part of database and topic names, and database names ignore case. */
const TENANT_ID = /^clnt_[a-z0-9]{8,32}$/u;
const RULE = 'a tenant id is clnt_ and 8 to 32 characters of a-z and 0-9';

/** The zod field for a tenant id. */
export const tenantIdField = z.string().regex(TENANT_ID, RULE) as unknown as z.ZodType<TenantId, string>;

/** The zod field for the tenant that a row of the platform belongs to: the same rule as {@link tenantIdField}, without the brand. */
export const tenantReference = (): z.ZodString => z.string().regex(TENANT_ID, RULE);

/** A new tenant id, sortable by time like every other id. */
export const newTenantId = (): TenantId => newId('clnt') as TenantId;

/** The value as a tenant id; throws TypeError with the rule, never with the value. */
export const parseTenantId = (value: unknown): TenantId => {
  if (typeof value !== 'string' || !TENANT_ID.test(value)) throw new TypeError(RULE);
  return value as TenantId;
};
