import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { code, page, readJson, root, table } from './text.mjs';

/** What a vector file says of the octets that it holds; a decoder need not have one. */
function vectorsOf(name) {
  const path = `protocols/vectors/${name}.json`;
  return existsSync(join(root, path)) ? readJson(path) : null;
}

/** The characteristics that a decoder reads; where none is its own, what its vectors say. */
function placeOf(name, vectors, characteristics) {
  const uuids = [...characteristics].filter(([, decoder]) => decoder === name);
  if (uuids.length > 0) return uuids.map(([uuid]) => code(uuid)).join(', ');
  return vectors === null ? '' : vectors.uuid;
}

const row = (codecs, characteristics) => (name) => {
  const vectors = vectorsOf(name);
  return [
    code(name),
    vectors?.protocol ?? '',
    placeOf(name, vectors, characteristics),
    name in codecs ? 'yes' : 'no',
    vectors === null ? 'none' : vectors.cases.length,
  ];
};

/** Every name of `hemma-gateway decode`. */
export async function protocolsPage() {
  const { gattCodecs, gattDecoders } = await import('@hemma/protocols/gatt/decoders.js');
  const { serialCodecs, serialDecoders } = await import('@hemma/protocols/serial/decoders.js');
  const { characteristicDecoders } = await import('@hemma/protocols/gatt/characteristics.js');
  const columns = ['name', 'what it decodes', 'UUID or link', 'encodes', 'test vectors'];
  const rows = (decoders, codecs) =>
    Object.keys(decoders).sort().map(row(codecs, characteristicDecoders));
  return page(
    'Protocols',
    'The names that `hemma-gateway decode <name> <hex>` knows. A decoder takes octets and gives an object, or ' +
      'refuses with a reason: `npx hemma-gateway decode battery-level 64`. One that encodes too can play the ' +
      'device. The vectors are in `protocols/vectors`; the field names are theirs. `sequences`, whole ' +
      'conversations, is decoded by `--jsonl` only.',
    '## GATT characteristics and their parts',
    table(columns, rows(gattDecoders, gattCodecs)),
    '## Serial lines, and what vendors send in characteristics of their own',
    table(columns, rows(serialDecoders, serialCodecs)),
  );
}
