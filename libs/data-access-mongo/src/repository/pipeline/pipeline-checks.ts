import { CrossTenantAccessError, ValidationError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { isPlainRecord, refuseOperators } from '../literal-values.js';
import { EXPRESSIONS, FIELD_CONDITIONS, QUERY_JOINS } from './pipeline-language.js';

const DEPTH_MAX = 50;

/** Throws `ValidationError` for anything in an expression that is not listed: code, joins by name, values that are not plain data. */
export function checkExpression(value: unknown, where: string, depth = 0): void {
  if (depth > DEPTH_MAX) throw refusedStage(where, 'is nested too deep');
  if (Array.isArray(value)) {
    for (const item of value) checkExpression(item, where, depth + 1);
    return;
  }
  if (!isPlainRecord(value)) return refuseOperators(where, value);
  for (const [key, operand] of Object.entries(value)) {
    if (key === '$literal') {
      refuseOperators(where, operand);
      continue;
    }
    if (key === '_bsontype' || (key.startsWith('$') && !EXPRESSIONS.has(key)))
      throw refusedStage(where, 'holds an operator that is not allowed');
    checkExpression(operand, where, depth + 1);
  }
}

export interface QueryScope {
  readonly tenantId: TenantId | undefined;
  /** Whether `$text` may stand here: only at the top level of the first stage. */
  readonly textAllowed: boolean;
}

/**
 * Throws `ValidationError` for conditions that are not listed, and `CrossTenantAccessError` for a `tenant_id` that is not the own one, at any depth,
 * although the forced first stage would let no such row through.
 */
export function checkQuery(query: unknown, scope: QueryScope, depth = 0): void {
  const where = '$match';
  if (depth > DEPTH_MAX) throw refusedStage(where, 'is nested too deep');
  if (!isPlainRecord(query)) throw refusedStage(where, 'must be an object of conditions');
  const nested = { ...scope, textAllowed: false };
  for (const [key, condition] of Object.entries(query)) {
    if (QUERY_JOINS.has(key)) {
      if (!Array.isArray(condition)) throw refusedStage(where, 'joins conditions by a list of them');
      for (const part of condition) checkQuery(part, nested, depth + 1);
    } else if (key === '$expr') checkExpression(condition, where);
    else if (key === '$text' && scope.textAllowed) refuseOperatorsInText(condition);
    else if (key.startsWith('$')) throw refusedStage(where, 'holds an operator that is not allowed');
    else {
      if (scope.tenantId !== undefined && key.split('.')[0] === 'tenant_id' && condition !== scope.tenantId) throw otherTenant();
      checkCondition(condition, { ...nested, depth });
    }
  }
}

function checkCondition(condition: unknown, scope: QueryScope & { readonly depth: number }): void {
  if (!isPlainRecord(condition) || !Object.keys(condition).some((key) => key.startsWith('$'))) return refuseOperators('$match', condition);
  for (const [operator, operand] of Object.entries(condition)) {
    if (!FIELD_CONDITIONS.has(operator)) throw refusedStage('$match', 'holds a condition that is not allowed');
    if (operator === '$not') checkCondition(operand, { ...scope, depth: scope.depth + 1 });
    else if (operator === '$elemMatch') checkElement(operand, scope);
    else refuseOperators('$match', operand);
  }
}

/** Conditions on an element as a whole, or on its fields. */
function checkElement(operand: unknown, scope: QueryScope & { readonly depth: number }): void {
  const onWhole = isPlainRecord(operand) && Object.keys(operand).every((key) => FIELD_CONDITIONS.has(key));
  if (onWhole) checkCondition(operand, { ...scope, depth: scope.depth + 1 });
  else checkQuery(operand, scope, scope.depth + 1);
}

function refuseOperatorsInText(condition: unknown): void {
  if (!isPlainRecord(condition)) throw refusedStage('$match', 'needs an object for $text');
  const { $search: search, $caseSensitive: _case, $diacriticSensitive: _marks, $language: _language, ...others } = condition;
  if (typeof search !== 'string' || Object.keys(others).length > 0) throw refusedStage('$match', 'needs a text for $text');
}

function otherTenant(): CrossTenantAccessError {
  return new CrossTenantAccessError('The pipeline names a tenant that is not the one of this repository.');
}

export function refusedStage(where: string, message: string): ValidationError {
  return new ValidationError([{ field: '/pipeline', code: 'pipeline', message: `${where} ${message}` }]);
}
