/**
 * runtime → schema
 *
 * What every process needs before it does anything of its own: typed configuration, logging, metrics, health, start and stop,
 * errors with one catalogue, and the contexts (tenant, request) that travel with asynchronous work.
 *
 * - *port*: an interface here that one infrastructure library implements and another takes, so that neither knows the other.
 * - *principal*: who calls, as the credential proves it. *Acting user*: on whose behalf.
 */
export * from './clock.js';
export * from './circuit-breaker.js';
export * from './timeout.js';
export * from './group-by.js';
export * from './in-lanes.js';
export * from './is-promise.js';
export * from './network-list.js';
export * from './faults.js';
export * from './typed-emitter.js';
export * from './errors/catalogue.js';
export * from './errors/app-error.js';
export * from './errors/data-errors.js';
export * from './errors/record-errors.js';
export * from './config/define-config.js';
export * from './config/explain-config.js';
export * from './config/file-values.js';
export * from './config/kafka-config.js';
export * from './config/service-config.js';
export * from './config/token-config.js';
export * from './logging/logger.js';
export * from './logging/redaction.js';
export * from './metrics/metrics.js';
export * from './metrics/tallies.js';
export * from './examination/server-fault.js';
export * from './health/health-registry.js';
export * from './lifecycle/lifecycle.js';
export * from './probes/probes.js';
export * from './probes/probe-server.js';
export * from './tenant/plans.js';
export * from './tenant/tenant-context.js';
export * from './tenant/current-tenant.js';
export * from './tenant/tenant-access.js';
export * from './tenant/tenant-fence.js';
export * from './tenant/send-fence.js';
export * from './secrets/seal-errors.js';
export * from './secrets/secret-box.js';
export * from './secrets/secret-place.js';
export * from './secrets/token-keys.js';
export * from './request/principal.js';
export * from './request/audit-actor.js';
export * from './request/request-context.js';
export * from './request/current-request.js';
export * from './ports/application-policies.js';
export * from './ports/rate-limiter.js';
export * from './ports/call-rules.js';
export * from './ports/quotas.js';
export * from './ports/idempotency-store.js';
export * from './ports/reply-channel.js';
export * from './ports/crash-markers.js';
export * from './ports/audit-trail.js';
export * from './ports/auth-failures.js';
export * from './ports/outbox.js';
