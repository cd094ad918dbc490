export * from './schema/index.js';
export * from './stack/index.js';
