/**
 * zod shape → Shape → BSON schema, Avro, JSON Schema, compiled validator, compiled codec
 *
 * - *shape*: a zod 4 schema out of the part of zod that every dialect can say with the same meaning.
 * - *dialect*: a language that a shape is rendered into: MongoDB's `$jsonSchema`, Avro, JSON Schema draft-07 and 2020-12.
 * - *rendering*: the text of a shape in a dialect. A value is good in all of them or in none; what a dialect cannot say is refused with an
 *   {@link UnrepresentableError} when the definition is made, or listed as a gap in the README.
 * - *id*: prefix, underscore and a UUID in 26 characters of base32 (the TypeID form).
 */
export { z } from 'zod';
export { deriveId, ID_PREFIXES, idOf, type IdPrefix, isId, newId, newRowId, rowIdField, uuidOfId } from './ids.js';
export { newTenantId, parseTenantId, type TenantId, tenantIdField, tenantReference } from './tenant-id.js';
export { bytes, type BytesOptions } from './fields/bytes.js';
export { deviceSnapshot } from './fields/device.js';
export { freeForm, type JsonObject, type JsonValue } from './fields/free-form.js';
export { bsonDate, double, int32, int64, type NumberOptions, timestampMs } from './fields/numbers.js';
export { fieldKey, recordOf, type RecordOptions } from './fields/record-of.js';
export { codePointLength, isWellFormed, text, type TextOptions } from './fields/text.js';
export { type CidrRange, ipBytes, parseCidr } from './fields/cidr-range.js';
export { cidr, ipAddress } from './fields/network.js';
export { country, currency, language, phone, postalAddress, timeZone } from './fields/places.js';
export { hash, keyId, passwordHash, sealed, type SealedOptions, type SealedValue } from './fields/secrets.js';
export { dateTime, email, type EmailOptions, hexColor, httpUrl, type HttpUrlOptions, normalizeEmail, webOrigin } from './fields/web.js';
export { type FreeFormLimits, type StringFormat } from './rules.js';
export { describeShape } from './shape/describe-shape.js';
export type * from './shape/shape.js';
export { type PortablePattern } from './shape/portable-pattern.js';
export { type BsonSchema, toBsonSchema } from './bson/bson-schema.js';
export { type JsonSchemaOptions, toJsonSchema } from './json/json-schema.js';
export { type JsonSchema } from './json/render-json.js';
export { type AvroName, type AvroSchema, toAvro } from './avro/avro-schema.js';
export { type AvroCodec, compileAvro } from './avro/avro-codec.js';
export { type AvroProblem, AvroValueError } from './avro/avro-value-error.js';
export { type Issue } from './validator/issue.js';
export { compileValidator, type ValidationResult, type Validator, type ValidatorOptions } from './validator/compile-validator.js';
export { type Dialect, UnrepresentableError } from './unrepresentable-error.js';
