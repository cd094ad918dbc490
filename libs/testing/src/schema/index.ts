export { bsonAccepts } from './bson-accepts.js';
export { documentArbitrary, doubtfulDocumentArbitrary } from './document-arbitrary.js';
export {
  type Agreement,
  type AgreementOptions,
  expectRenderingsAgree,
  type RenderedDialect,
  renderingsOf,
} from './expect-renderings-agree.js';
export { type BadField, type StoredCases, storedCases, type StoredDefinition } from './stored-cases.js';
export { changed, storedDocument, type StoredForm } from './stored-document.js';
