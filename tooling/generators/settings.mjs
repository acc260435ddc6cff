import { z } from 'zod';
import { code, page, table } from './text.mjs';

/** "integer, 1 to 365" and the like. A pattern is for the machine: the help says it in words. */
function typeOf(schema) {
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(' or ');
  if (schema.type === 'array') {
    const most = schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`;
    return `list of ${schema.items.type}s${most}`;
  }
  const { minimum, maximum, maxLength } = schema;
  if (minimum !== undefined) return `${schema.type}, ${minimum} to ${maximum}`;
  return maxLength === undefined ? schema.type : `${schema.type}, at most ${maxLength} characters`;
}

/** An object that may be left out has what its own settings say, so it has no default of its own. */
function defaultOf(schema, isRequired) {
  if (isRequired) return '**required**';
  return schema.default === undefined || schema.type === 'object'
    ? ''
    : code(JSON.stringify(schema.default));
}

/** A row for each setting, the inner ones with the name of the outer before theirs. */
function rowsOf(schema, prefix = '') {
  return Object.entries(schema.properties).flatMap(([name, inner]) => {
    const full = `${prefix}${name}`;
    const isRequired = schema.required?.includes(name) ?? false;
    const own = [code(full), typeOf(inner), defaultOf(inner, isRequired), inner.description ?? ''];
    if (inner.properties) return [own, ...rowsOf(inner, `${full}.`)];
    if (inner.items?.properties) return [own, ...rowsOf(inner.items, `${full}[].`)];
    return [own];
  });
}

const settingsTable = (manifest) =>
  table(
    ['setting', 'type', 'default', 'what it is'],
    rowsOf(z.toJSONSchema(manifest, { io: 'input' })),
  );

/** The settings of both processes, from the manifests that check them. */
export async function settingsPage() {
  const cloud = await import('@hemma/cloud/settings.js');
  const gateway = await import('@hemma/gateway/settings.js');
  return page(
    'Settings',
    'One JSON file for each process, given by `--settings FILE`. A setting that does not exist, or does not fit, is ' +
      'refused by name at the start. "Required" within an object holds when the object is given. How they ' +
      'go together: [run it](../guides/run-it.md).',
    '## Cloud',
    settingsTable(cloud.settingsSchema),
    '## Gateway',
    settingsTable(gateway.settingsSchema),
  );
}
