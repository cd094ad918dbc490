/** What a generator will not do, and the rule behind it. Thrown before anything is written; Nx shows the message alone. */
export class Refusal extends Error {
  constructor(option: string, rule: string) {
    super(`--${option}: ${rule}`);
    this.name = 'Refusal';
    this.stack = this.message; // nobody needs to know where in the generator
  }
}

/** Returns the value when it has the form; refuses it with the rule otherwise. */
export function checkForm(option: string, value: string, { form, rule }: { form: RegExp; rule: string }): string {
  if (!form.test(value)) throw new Refusal(option, `"${value}" ${rule}`);
  return value;
}
