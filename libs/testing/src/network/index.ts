/**
 * Links to servers that fail on command.
 *
 * - **hold**: connections stay open and nothing passes. **cut**: connections end and new ones are refused. **swallow**: bytes vanish unnoticed.
 */
export { TcpProxy } from './tcp-proxy.js';
export { MONGO_REFUSALS, type MongoRefusal, mongoCommandOf, mongoRefusalOf } from './mongo-refusal.js';
export { serverAddress, type ServerAddress } from './server-address.js';
