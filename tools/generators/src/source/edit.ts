/**
 * Additions to TypeScript sources: the file is read as syntax, and the text is inserted where the syntax says. Each addition looks first whether it is
 * there already, so that a second one changes nothing; formatting is left to prettier.
 */
import * as ts from 'typescript';

/** A source that has another form than the addition knows: the text says what to do by hand. */
export class UnknownForm extends Error {}

export const parse = (text: string): ts.SourceFile => ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);

const insert = (text: string, at: number, added: string): string => text.slice(0, at) + added + text.slice(at);

/** Every node of a kind, outer ones first. */
export function nodesOf<Node extends ts.Node>(within: ts.Node, is: (node: ts.Node) => node is Node): Node[] {
  const found: Node[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    node.forEachChild(visit);
  };
  visit(within);
  return found;
}

/** Imports a name, beside the others of its module; `isType` as `type Name`. */
export function addImport(text: string, { name, from, isType = false }: { name: string; from: string; isType?: boolean }): string {
  const file = parse(text);
  const imports = file.statements.filter(ts.isImportDeclaration);
  const bindings = imports
    .filter(({ moduleSpecifier }) => ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === from)
    .flatMap(({ importClause }) => {
      const named = importClause?.namedBindings;
      return named !== undefined && ts.isNamedImports(named) && importClause?.isTypeOnly !== true ? [named] : [];
    });
  const present = bindings.flatMap(({ elements }) => [...elements]).find((element) => element.name.text === name);
  if (present !== undefined) {
    const isTypeAlready = present.isTypeOnly;
    return isTypeAlready && !isType ? text.slice(0, present.getStart()) + name + text.slice(present.end) : text;
  }
  const written = isType ? `type ${name}` : name;
  const [first] = bindings;
  if (first !== undefined) return insert(text, first.elements.end, first.elements.length === 0 ? written : `, ${written}`);
  const statement = `import { ${written} } from '${from}';\n`;
  const last = imports.at(-1);
  if (last !== undefined) return insert(text, last.end, `\n${statement.trimEnd()}`);
  return insert(text, file.statements[0]?.getFullStart() === 0 ? (file.statements[0]?.getStart() ?? 0) : 0, statement);
}

/** The object that a call of this function is given: that of `defineModule({ … })`. */
function argumentOf(file: ts.SourceFile, callee: string): ts.ObjectLiteralExpression {
  const call = nodesOf(file, ts.isCallExpression).find(({ expression }) => expression.getText() === callee);
  const [argument] = call?.arguments ?? [];
  if (argument === undefined || !ts.isObjectLiteralExpression(argument)) {
    throw new UnknownForm(`there is no ${callee}({ … }) to add to`);
  }
  return argument;
}

/** The value of a property; `as const` around it is looked through. */
function propertyOf(object: ts.ObjectLiteralExpression, key: string): ts.Expression | undefined {
  const property = object.properties.filter(ts.isPropertyAssignment).find(({ name }) => nameOf(name) === key);
  return property && bare(property.initializer);
}

function bare(expression: ts.Expression): ts.Expression {
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression) || ts.isParenthesizedExpression(expression)) {
    return bare(expression.expression);
  }
  return expression;
}

const nameOf = (name: ts.PropertyName): string => (ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText());

/** Puts an element at the end of a list that a call is given: `collections` of `defineModule({ … })`. Makes the list when there is none. */
export function addToList(text: string, { callee, key, element }: { callee: string; key: string; element: string }): string {
  const object = argumentOf(parse(text), callee);
  const list = propertyOf(object, key);
  if (list === undefined) return addProperty(text, { callee, key, value: `[${element}]` });
  if (!ts.isArrayLiteralExpression(list)) throw new UnknownForm(`${key} of ${callee} is no list of its own; add ${element} to it`);
  return addElement(text, list, element);
}

/** Adds a property to the object that a call is given; one that is there stays. */
export function addProperty(text: string, { callee, key, value }: { callee: string; key: string; value: string }): string {
  const object = argumentOf(parse(text), callee);
  if (object.properties.some((property) => property.name !== undefined && nameOf(property.name) === key)) return text;
  return addEntry(text, object, `${key}: ${value}`);
}

/** Adds an entry to the object that a constant is: `ID_PREFIXES`. One that is there stays. */
export function addToConstant(text: string, { constant, key, value }: { constant: string; key: string; value: string }): string {
  const object = constantOf(text, constant);
  if (object.properties.some((property) => property.name !== undefined && nameOf(property.name) === key)) return text;
  return addEntry(text, object, `${key}: ${value}`);
}

/** Puts an element at the end of a list inside the object that a constant is: a permission of a scope. */
export function addToConstantList(text: string, { constant, key, element }: { constant: string; key: string; element: string }): string {
  const list = propertyOf(constantOf(text, constant), key);
  if (list === undefined || !ts.isArrayLiteralExpression(list)) throw new UnknownForm(`${constant} has no list "${key}"`);
  return addElement(text, list, element);
}

/** What the object that a constant is says: keys with the texts of their values, or of the elements of their lists. */
export function readConstant(text: string, constant: string): Map<string, string[]> {
  const read = new Map<string, string[]>();
  for (const property of constantOf(text, constant).properties) {
    if (!ts.isPropertyAssignment(property)) continue;
    const value = bare(property.initializer);
    const parts = ts.isArrayLiteralExpression(value) ? [...value.elements] : [value];
    read.set(
      nameOf(property.name),
      parts.map((part) => (ts.isStringLiteral(part) ? part.text : part.getText())),
    );
  }
  return read;
}

function constantOf(text: string, constant: string): ts.ObjectLiteralExpression {
  const declaration = nodesOf(parse(text), ts.isVariableDeclaration).find(({ name }) => name.getText() === constant);
  const value = declaration?.initializer && bare(declaration.initializer);
  if (value === undefined || !ts.isObjectLiteralExpression(value)) throw new UnknownForm(`there is no object ${constant} to add to`);
  return value;
}

/** Puts an element at the end of the list that `new Class([…])` is given: the modules of the one list. */
export function addToConstructed(text: string, { className, element }: { className: string; element: string }): string {
  const made = nodesOf(parse(text), ts.isNewExpression).find(({ expression }) => expression.getText() === className);
  const [list] = made?.arguments ?? [];
  if (list === undefined || !ts.isArrayLiteralExpression(list)) throw new UnknownForm(`there is no new ${className}([…]) to add to`);
  return addElement(text, list, element);
}

/**
 * Puts an element at the end of what a function returns. Where it returns something else than a list of its own, that is spread into one. Without
 * `isThere` the element counts as present when the list has its text.
 */
export function addToReturned(
  text: string,
  { functionName, element, isThere = false }: { functionName: string; element: string; isThere?: boolean },
): string {
  if (isThere) return text;
  const returned = returnOf(text, functionName);
  if (ts.isArrayLiteralExpression(returned)) return addElement(text, returned, element);
  return text.slice(0, returned.getStart()) + `[...${returned.getText()}, ${element}]` + text.slice(returned.end);
}

/** The calls inside a function, by the names of what they call. */
export function callsIn(text: string, functionName: string): string[] {
  return nodesOf(functionOf(text, functionName), ts.isCallExpression).map(({ expression }) => expression.getText());
}

function functionOf(text: string, functionName: string): ts.FunctionDeclaration {
  const declaration = nodesOf(parse(text), ts.isFunctionDeclaration).find(({ name }) => name?.text === functionName);
  if (declaration?.body === undefined) throw new UnknownForm(`there is no function ${functionName} to add to`);
  return declaration;
}

function returnOf(text: string, functionName: string): ts.Expression {
  const statements = functionOf(text, functionName).body?.statements.filter(ts.isReturnStatement) ?? [];
  const expression = statements.at(-1)?.expression;
  if (expression === undefined) throw new UnknownForm(`the function ${functionName} does not return a list`);
  return bare(expression);
}

/**
 * How a function that is given the services names some of them: bound names as they are, taken into the pattern where they are missing, else
 * `services.mongo`. Answers the text and the members of an object with these names.
 */
export function takeServices(text: string, functionName: string, names: readonly string[]): { text: string; members: string } {
  const [parameter] = functionOf(text, functionName).parameters;
  if (parameter === undefined) {
    const declaration = functionOf(text, functionName);
    const at = declaration.parameters.pos;
    return { text: insert(text, at, `{ ${names.join(', ')} }: Services`), members: names.join(', ') };
  }
  if (ts.isIdentifier(parameter.name)) {
    const services = parameter.name.text;
    return { text, members: names.map((name) => `${name}: ${services}.${name}`).join(', ') };
  }
  if (!ts.isObjectBindingPattern(parameter.name)) throw new UnknownForm(`the function ${functionName} is not given the services`);
  const { elements } = parameter.name;
  const bound = new Set(elements.map((element) => element.name.getText()));
  const missing = names.filter((name) => !bound.has(name));
  const added = missing.length === 0 ? text : insert(text, elements.end, `${elements.length === 0 ? '' : ', '}${missing.join(', ')}`);
  return { text: added, members: names.join(', ') };
}

function addElement(text: string, { elements }: ts.ArrayLiteralExpression, element: string): string {
  const isThere = elements.some((present) => normal(present.getText()) === normal(element));
  if (isThere) return text;
  const last = elements.at(-1);
  return insert(text, last?.end ?? elements.pos, last === undefined ? element : `, ${element}`);
}

/** An element without what formatting changes. */
const normal = (code: string): string => code.replaceAll(/[\s,]+/g, '').replaceAll('"', "'");

function addEntry(text: string, { properties }: ts.ObjectLiteralExpression, entry: string): string {
  const last = properties.at(-1);
  return insert(text, last?.end ?? properties.pos, last === undefined ? ` ${entry} ` : `,\n  ${entry}`);
}

/** Exports a name of a module, beside what the file exports of it already. A name that is exported already stays where it is. */
export function addExport(text: string, { name, from, isType = false }: { name: string; from: string; isType?: boolean }): string {
  const declarations = parse(text).statements.filter(ts.isExportDeclaration);
  const named = declarations.flatMap(({ exportClause, moduleSpecifier }) =>
    exportClause !== undefined && ts.isNamedExports(exportClause) ? [{ exportClause, of: moduleSpecifier?.getText().slice(1, -1) }] : [],
  );
  if (named.some(({ exportClause }) => exportClause.elements.some((specifier) => specifier.name.text === name))) return text;
  const written = `${isType ? 'type ' : ''}${name}`;
  const beside = named.find(({ of }) => of === from)?.exportClause.elements;
  return beside === undefined ? `${text.trimEnd()}\nexport { ${written} } from '${from}';\n` : insert(text, beside.end, `, ${written}`);
}

/** Puts an element at the end of the list that a file exports by default. */
export function addToDefaultList(text: string, element: string): string {
  const list = parse(text).statements.filter(ts.isExportAssignment).at(0)?.expression;
  if (list === undefined || !ts.isArrayLiteralExpression(list)) throw new UnknownForm(`there is no list that is exported by default`);
  return addElement(text, list, element);
}

/** Puts an element at the end of the list that a constant is. */
export function addToConstantArray(text: string, { constant, element }: { constant: string; element: string }): string {
  return addElement(text, arrayOf(text, constant), element);
}

/** The strings in the list that a constant is. */
export function stringsIn(text: string, constant: string): string[] {
  return nodesOf(arrayOf(text, constant), ts.isStringLiteral).map((literal) => literal.text);
}

function arrayOf(text: string, constant: string): ts.ArrayLiteralExpression {
  const declaration = nodesOf(parse(text), ts.isVariableDeclaration).find(({ name }) => name.getText() === constant);
  const value = declaration?.initializer && bare(declaration.initializer);
  if (value === undefined || !ts.isArrayLiteralExpression(value)) throw new UnknownForm(`there is no list ${constant}`);
  return value;
}

/** What a definition in a file says of itself: the constant and its texts, by dotted names (`id.field`). */
export function readDefinition(text: string, callee: string): ReadonlyMap<string, string> | undefined {
  const declaration = nodesOf(parse(text), ts.isVariableDeclaration).find(
    ({ initializer }) => initializer !== undefined && ts.isCallExpression(initializer) && initializer.expression.getText() === callee,
  );
  if (declaration === undefined) return undefined;
  const said = new Map([['constant', declaration.name.getText()]]);
  const read = (object: ts.ObjectLiteralExpression, before: string): void => {
    for (const property of object.properties.filter(ts.isPropertyAssignment)) {
      const value = bare(property.initializer);
      const name = `${before}${nameOf(property.name)}`;
      if (ts.isStringLiteral(value)) said.set(name, value.text);
      else if (ts.isObjectLiteralExpression(value)) read(value, `${name}.`);
    }
  };
  read(argumentOf(declaration.getSourceFile(), callee), '');
  return said;
}
