import {
  AppError,
  AuthenticationError,
  AuthorizationError,
  InternalError,
  isPromise,
  NotFoundError,
  type Principal,
  type TenantContext,
  type TenantDirectory,
  UnavailableError,
  ValidationError,
} from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { type GuardedAccess } from '../access/route-access.js';
import { type Exchange } from './exchange.js';
import { type Step } from './run-steps.js';

/** Seconds after which a tenant that is being provisioned is worth another try. */
const PROVISIONING_RETRY_SECONDS = 5;
const READING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const REASON_LENGTH_MIN = 5;
const REASON_LENGTH_MAX = 500;

/**
 * Finds the tenant of the principal, refuses a request that names another one, and applies the tenant's state. A tenant that moves is served like any
 * other, writes included: for the moment in which they have to wait, the repositories' fence refuses each single write (TENANT_MIGRATING), and a message
 * waits in Kafka. What a route says about other states holds for people at the console.
 */
export function resolveTenant(tenants: TenantDirectory, { whileTenantIs }: Pick<GuardedAccess, 'whileTenantIs'> = {}): Step {
  const settle = (exchange: Exchange, tenant: TenantContext | undefined): void => {
    if (tenant === undefined) throw unknownTenant(exchange.principal);
    if (tenant.status === 'active' || exchange.principal?.actor !== 'admin' || !isOpenIn(tenant, whileTenantIs)) checkState(tenant);
    exchange.tenant = tenant;
  };
  return (exchange) => {
    const { principal } = exchange;
    if (principal === undefined) throw new InternalError('A tenant is resolved before the caller is known.');
    const tenantId = principal.tenantId ?? tenantOfStaff(exchange);
    const hint = exchange.headers['x-tenant-id'];
    if (hint !== undefined && hint !== tenantId) {
      throw new AuthorizationError('AUTHZ_CROSS_TENANT', 'X-Tenant-ID names another tenant than the credential.', {
        details: { reason: 'tenant_header_mismatch' },
      });
    }
    let found: TenantContext | undefined | Promise<TenantContext | undefined>;
    try {
      found = tenants.get(tenantId);
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

/** Staff of the platform belong to no tenant: they name the one in which they act, and say why when they change something. */
function tenantOfStaff(exchange: Exchange): TenantId {
  const named = exchange.header('x-tenant-id');
  if (named === undefined) {
    throw new ValidationError([{ field: '/headers/x-tenant-id', code: 'required', message: 'is required' }], {
      code: 'TENANT_REQUIRED',
      message: 'Name the tenant in X-Tenant-ID.',
    });
  }
  const reason = exchange.header('x-admin-reason')?.trim() ?? '';
  const isWrite = !READING_METHODS.has(exchange.request.method);
  if (isWrite && (reason.length < REASON_LENGTH_MIN || reason.length > REASON_LENGTH_MAX)) {
    throw new ValidationError([{ field: '/headers/x-admin-reason', code: 'required', message: 'must have 5 to 500 characters' }], {
      code: 'AUTHZ_REASON_REQUIRED',
      message: 'Say in X-Admin-Reason why the tenant is changed.',
    });
  }
  return asTenantId(named);
}

function asTenantId(text: string): TenantId {
  try {
    return parseTenantId(text);
  } catch (error) {
    throw new ValidationError([{ field: '/headers/x-tenant-id', code: 'format', message: 'is no tenant id' }], {
      code: 'VAL_HEADER_INVALID',
      cause: error,
    });
  }
}

/** The credential is good and its tenant is gone: it reads like one that never was. */
function unknownTenant(principal: Principal | undefined): AppError {
  if (principal?.tenantId === null) return new NotFoundError('There is no such tenant.', { code: 'TENANT_NOT_FOUND' });
  return principal?.authType === 'api_key'
    ? new AuthenticationError('AUTH_KEY_INVALID', 'The API key is not valid.')
    : new AuthenticationError('AUTH_TOKEN_CLAIMS', 'The token is not for this service.');
}

function undecidable(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'TENANT_UNAVAILABLE') return error;
  return new UnavailableError('The record of the tenant could not be read.', { code: 'TENANT_UNAVAILABLE', cause: error });
}

function isOpenIn({ status, provisioning }: TenantContext, states: GuardedAccess['whileTenantIs'] = []): boolean {
  const isGone = provisioning === 'deleting' || provisioning === 'purged';
  return !isGone && status !== 'active' && states.includes(status);
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
