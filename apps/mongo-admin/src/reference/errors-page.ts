import { ERROR_CATALOGUE, type ErrorCode, groupBy } from '@caas/runtime';
import { code } from './field-rows.js';
import { table } from './markdown.js';

const HEAD = `# Errors

Generated from the catalogue by \`caas-admin schema docs --write\`; a spec fails when this page is stale. Every error of the API is a problem document
(RFC 9457, \`application/problem+json\`) whose \`type\` leads to a page about its code. Programs switch on \`code\`, which is never renamed or reused.`;

/** The reference page of all error codes, by the first word of their names. */
export function errorsPage(): string {
  const families = groupBy(Object.keys(ERROR_CATALOGUE) as ErrorCode[], familyOf);
  const sections = [...families].map(
    ([family, codes]) => `## ${family}\n\n${table(['code', 'status', 'title', 'when'], codes.map(rowOf))}`,
  );
  return `${[HEAD, ...sections].join('\n\n')}\n`;
}

function familyOf(name: ErrorCode): string {
  return name.slice(0, name.indexOf('_'));
}

function rowOf(name: ErrorCode): string[] {
  const { status, title, when } = ERROR_CATALOGUE[name];
  return [code(name), String(status), title, when];
}
