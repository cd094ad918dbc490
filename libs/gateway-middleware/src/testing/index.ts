/**
 * testing → gateway-middleware
 *
 * For specs of other projects: a gateway around some routes without servers. Never imported by what ships.
 */
export { allowAll } from './allow-all.js';
export { MemoryGateway, type MemoryAnswer, type MemoryCall } from './memory-gateway.js';
export { HttpBench, type HttpAnswer, type HttpCaller, keyCaller, userCaller } from './http-bench.js';
