import {
  AppError,
  AuthenticationError,
  AuthorizationError,
  InternalError,
  isPromise,
  type TenantContext,
  type TenantDirectory,
  UnavailableError,
} from '@caas/runtime';
import { type Exchange } from './exchange.js';
import { type Step } from './run-steps.js';

/** Seconds after which a tenant that is being provisioned is worth another try. */
const PROVISIONING_RETRY_SECONDS = 5;

/**
 * Finds the tenant of the principal, refuses a request that names another one, and applies the tenant's state. A tenant that moves is served like any
 * other, writes included: for the moment in which they have to wait, the repositories' fence refuses each single write (TENANT_MIGRATING), and a message
 * waits in Kafka.
 */
export function resolveTenant(tenants: TenantDirectory): Step {
  const settle = (exchange: Exchange, tenant: TenantContext | undefined): void => {
    if (tenant === undefined) throw new AuthenticationError('AUTH_KEY_INVALID', 'The API key is not valid.');
    checkState(tenant);
    exchange.tenant = tenant;
  };
  return (exchange) => {
    const { principal } = exchange;
    if (principal === undefined) throw new InternalError('A tenant is resolved before the caller is known.');
    const hint = exchange.headers['x-tenant-id'];
    if (hint !== undefined && hint !== principal.tenantId) {
      throw new AuthorizationError('AUTHZ_CROSS_TENANT', 'X-Tenant-ID names another tenant than the credential.', {
        details: { reason: 'tenant_header_mismatch' },
      });
    }
    let found: TenantContext | undefined | Promise<TenantContext | undefined>;
    try {
      found = tenants.get(principal.tenantId);
    } catch (error) {
      throw undecidable(error);
    }
    if (!isPromise(found)) return settle(exchange, found);
    return found.then(
      (tenant) => settle(exchange, tenant),
      (error: unknown) => {
        throw undecidable(error);
      },
    );
  };
}

function undecidable(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'TENANT_UNAVAILABLE') return error;
  return new UnavailableError('The record of the tenant could not be read.', { code: 'TENANT_UNAVAILABLE', cause: error });
}

/** What a tenant's state allows. Throws what the caller is told. */
export function checkState({ status, provisioning }: TenantContext): void {
  if (status === 'pending') throw new AuthorizationError('TENANT_PENDING', 'The tenant is not verified yet.');
  if (status === 'suspended') throw new AuthorizationError('TENANT_SUSPENDED', 'The tenant is suspended.');
  if (status === 'cancelled' || provisioning === 'deleting' || provisioning === 'purged') {
    throw new AuthorizationError('TENANT_CANCELLED', 'The tenant was cancelled.');
  }
  if (provisioning !== 'ready' && provisioning !== 'migrating') {
    throw new UnavailableError('The tenant is not provisioned yet.', {
      code: 'TENANT_UNAVAILABLE',
      details: { retryAfterSeconds: PROVISIONING_RETRY_SECONDS },
    });
  }
}
