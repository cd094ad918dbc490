export { MemoryQuotas } from './memory-quotas.js';
export * from './schema/index.js';
export * from './stack/index.js';
