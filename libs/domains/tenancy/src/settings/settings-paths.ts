import { SETTINGS_DEFAULTS } from './settings-defaults.js';
import { type SettingsDocument } from './settings-schema.js';

/** Settings that hold a value and no further settings, though the value is an object. */
const WHOLE_VALUES = /^notifications\.email_templates\.[a-z_]+$|^integrations\.analytics\.mixpanel_token$/;

/** Every setting by its dotted path, with its default, in the order of the groups. */
export const SETTING_DEFAULTS: ReadonlyMap<string, unknown> = new Map(leavesOf(SETTINGS_DEFAULTS, ''));

/** Kept sealed and never shown; whether there is one is told. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(['integrations.analytics.mixpanel_token']);

/** A settings document out of a row: what the row does not have is as the defaults say, one by one. */
export function withDefaults(row: object): SettingsDocument {
  return documentOf([...SETTING_DEFAULTS].map(([path, fallback]) => [path, valueAt(row, path) ?? fallback]));
}

/** The document with other values at some paths. */
export function changed(document: SettingsDocument, changes: Readonly<Record<string, unknown>>): SettingsDocument {
  return documentOf([...SETTING_DEFAULTS.keys()].map((path) => [path, path in changes ? changes[path] : valueAt(document, path)]));
}

/** What a document has at a dotted path. */
export function valueAt(document: object, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

function documentOf(entries: readonly (readonly [string, unknown])[]): SettingsDocument {
  const document: Record<string, unknown> = {};
  for (const [path, value] of entries) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let group = document;
    for (const name of names) group = (group[name] ??= {}) as Record<string, unknown>;
    group[last] = value;
  }
  return document as SettingsDocument;
}

function leavesOf(value: object, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([name, item]: [string, unknown]): [string, unknown][] => {
    const path = `${prefix}${name}`;
    const isGroup = typeof item === 'object' && item !== null && !Array.isArray(item) && !WHOLE_VALUES.test(path);
    return isGroup ? leavesOf(item, `${path}.`) : [[path, item]];
  });
}
