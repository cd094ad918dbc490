import { ValidationError } from '@caas/runtime';

/** The one of several optional fields that is there, with its value. Throws `ValidationError` naming them when there is none, or more than one. */
export function exactlyOne<Body extends object, Name extends keyof Body & string>(
  body: Body,
  names: readonly Name[],
): { readonly [Each in Name]: { readonly name: Each; readonly value: NonNullable<Body[Each]> } }[Name] {
  const [name, ...others] = names.filter((field) => body[field] !== undefined);
  if (name !== undefined && others.length === 0) return { name, value: body[name] } as never;
  const code = name === undefined ? 'required' : 'not_together';
  const message = `send exactly one of ${names.join(', ')}`;
  throw new ValidationError((name === undefined ? names : [name, ...others]).map((field) => ({ field: `/body/${field}`, code, message })));
}
