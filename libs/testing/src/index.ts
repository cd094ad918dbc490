export { aTenant } from './a-tenant.js';
export { MemoryQuotas } from './memory-quotas.js';
export * from './network/index.js';
export * from './processes/index.js';
export * from './schema/index.js';
export * from './stack/index.js';
