import { bullets, code, page, readJson, table } from './text.mjs';

const ladder = {
  decodes: 'decodes: its octets are understood; it was never spoken with',
  converses: 'converses: a virtual one is read whole; not tried on the real thing',
  'keeps-time': 'keeps time: its clock is handled too; not tried on the real thing',
  proven: 'proven on the real thing',
};

const recordOrder = {
  'oldest-first': 'come oldest first',
  'newest-first': 'come newest first',
  'newest-only': 'only the newest one is asked for',
  unordered: 'come in an order that is not that of time',
  live: 'none; it tells only what is measured just now',
  'not-verified': 'in which order they come is not verified, and nothing relies on it',
};

const clock = {
  'set-unread': 'set before its records come; it cannot be read, so how wrong it was is not known',
  set: 'read and told, then set before its records come, where it offers a clock',
  'set-when-told': 'read and told; set in answer to the time it notifies, when that is far off',
  read: 'read, so that the times of its records can be corrected; never set',
  untouched: 'left alone: it has none, its readings carry no time, or no way to it is known',
};

const parity = { none: 'N', even: 'E', odd: 'O' };

/** A note that says so is no fact: the page shows it apart. */
const isUnverified = (note) => /\b(not|un)[ -]?verified\b/i.test(note);

function linkOf({ transport, line, link }) {
  if (transport === 'none') return link;
  if (transport === 'gatt') return 'Bluetooth LE';
  return `serial, ${line.baudRate} ${line.dataBits}${parity[line.parity]}${line.stopBits}`;
}

function recognitionOf({ namePrefix, anyService, onlyBySettings }) {
  if (onlyBySettings === true) return 'by the settings only';
  return [
    ...(namePrefix === undefined ? [] : [`name begins with ${code(namePrefix)}`]),
    ...(anyService === undefined ? [] : [`offers ${anyService.map(code).join(' or ')}`]),
  ].join(', and ');
}

/** What only a device on the radio has. */
function radioFacts({ recognition, bonding, pairing, reconnectPauseMs, profile }) {
  return [
    `Recognised: ${recognitionOf(recognition)}`,
    `Services used: ${profile.services.map(code).join(', ')}`,
    `Bond: ${bonding === 'required' ? 'required' : 'none needed'}`,
    ...(pairing === undefined ? [] : ['Paired with the six digits that it shows']),
    `Left alone after it disconnected: ${reconnectPauseMs / 1_000} s`,
  ];
}

function linkFacts(device) {
  const { transport, profile } = device;
  if (transport === 'none') return ['Conversation: none; the gateway does not speak with it'];
  return [
    ...(transport === 'gatt' ? radioFacts(device) : ['Recognised: by its port in the settings']),
    `Conversation: profile ${code(profile.name)}`,
  ];
}

function deviceSection(device, kindName) {
  const facts = [
    `Id: ${code(device.id)}`,
    `Kind: ${kindName(device.kind)}`,
    `Link: ${linkOf(device)}`,
    ...linkFacts(device),
    `Clock: ${clock[device.profile.clock]}`,
    `Stored records: ${recordOrder[device.recordOrder]}`,
    `Step: ${ladder[device.ladder]}`,
  ];
  const known = device.notes.filter((note) => !isUnverified(note));
  const unverified = device.notes.filter(isUnverified);
  return [
    `## ${device.maker} ${device.model}`,
    bullets(facts),
    known.length > 0 ? `Notes:\n\n${bullets(known)}` : '',
    unverified.length > 0 ? `**Not verified:**\n\n${bullets(unverified)}` : '',
    `Sources:\n\n${bullets(device.sources)}`,
  ];
}

/** Every device file: who it is, how it is recognised and treated, and where that is from. */
export async function devicesPage() {
  const { catalogue } = await import('@hemma/protocols/devices/catalogue.generated.js');
  const { deviceKinds } = readJson('cloud/content/measurements.json');
  const names = new Map(deviceKinds.map(({ id, name }) => [id, name.en]));
  // The catalogue describes what people borrow; a kind that it does not name is named by its id.
  const kindName = (kind) =>
    names.get(kind) ?? kind.replace(/^./, (first) => first.toUpperCase()).replaceAll('_', ' ');
  const rows = catalogue.map((device) => [
    code(device.id),
    device.maker,
    device.model,
    kindName(device.kind),
    linkOf(device),
    device.bonding === 'required' ? 'required' : 'none',
    device.ladder,
  ]);
  const isProven = catalogue.some(({ ladder: step }) => step === 'proven');
  return page(
    'Devices',
    `The ${catalogue.length} models that the gateway knows, one file each in \`protocols/devices\`. ` +
      (isProven ? '' : 'None of them was proven on the real thing yet. ') +
      'A model with a file of its own goes before the generic entry of its service. ' +
      'A new one: [add a device](../guides/add-a-device.md).',
    table(['id', 'maker', 'model', 'kind', 'link', 'bond', 'step'], rows),
    ...catalogue.map((device) => deviceSection(device, kindName)),
  );
}
