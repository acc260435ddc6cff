import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import type { Device, GattDevice } from '../device.js';
import { kindQuantities } from '../wire/measurement.js';
import { quantityUnits, type Reading } from '../reading.js';
import { catalogue } from './catalogue.generated.js';
import { recognise } from './recognise.js';

interface Measure {
  readonly id: string;
  readonly unit?: { readonly ucum: string };
  readonly range?: { readonly hardMin: number; readonly hardMax: number };
  readonly deviceKinds?: readonly string[];
}

const contentPath = join(import.meta.dirname, '../../cloud/content/measurements.json');
// The file is the project's own content; its form is checked where it is used.
const content = JSON.parse(readFileSync(contentPath, 'utf8')) as {
  readonly measurements: readonly Measure[];
};
const measures = new Map(content.measurements.map((measure) => [measure.id, measure]));

const gattDevices = catalogue.filter((device): device is GattDevice => device.transport === 'gatt');
const known = gattDevices.filter(({ recognition }) => recognition.onlyBySettings !== true);
const unknown = gattDevices.filter(({ recognition }) => recognition.onlyBySettings === true);
const samples = catalogue.flatMap((device) => device.samples.map((sample) => ({ device, sample })));

function valuesOf(reading: Reading): Readonly<Record<string, number>> {
  return Object.fromEntries(reading.values.map(({ code, value }) => [code, value]));
}

function typicalName(device: Device): string | null {
  const prefix = device.transport === 'gatt' ? device.recognition.namePrefix : undefined;
  return prefix === undefined ? null : `${prefix}1A2B3C`;
}

describe('every device file', () => {
  it('is in the catalogue once, under its own name', () => {
    const files = readdirSync(import.meta.dirname)
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        readFileSync(join(import.meta.dirname, file), 'utf8').includes('export const device:'),
      )
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => basename(file, '.ts'));
    expect(catalogue.map(({ id }) => id)).toEqual(files.sort());
  });

  it.each(catalogue)('$id says where its facts come from, and has samples', (device) => {
    expect(device.sources.length).toBeGreaterThan(0);
    expect(device.samples.length).toBeGreaterThan(0);
    expect(device.maker).not.toBe('');
    expect(['decodes', 'converses', 'keeps-time']).toContain(device.ladder);
  });

  it.each(known)('$id is recognised by what it advertises, and nothing else is', (device) => {
    const { anyService = [] } = device.recognition;
    for (const service of anyService.length === 0 ? device.profile.services : anyService) {
      const seen = { name: typicalName(device), services: [service] };
      expect(recognise(seen, catalogue)?.id).toBe(device.id);
    }
  });

  it.each(unknown)('$id is never taken for certain by what it advertises', (device) => {
    const seen = { name: typicalName(device), services: device.profile.services };
    expect(recognise(seen, catalogue)?.id).not.toBe(device.id);
  });

  it.each(gattDevices)('$id gives the device time to forget the last connection', (device) => {
    expect(device.reconnectPauseMs).toBeGreaterThanOrEqual(10_000);
  });
});

describe('every sample', () => {
  it.each(samples)('$device.id: $sample.title', ({ device, sample }) => {
    const reading = device.profile.read(fromHex(sample.octets));
    expect(reading.kind).toBe(sample.reading.kind);
    expect(reading.failure).toBe(sample.reading.failure);
    expect(valuesOf(reading)).toEqual(sample.reading.values);
    expect(toHex(reading.octets)).toBe(sample.octets);
  });

  it.each(samples)('$device.id: $sample.title, comes back from a virtual device', (one) => {
    const { profile } = one.device;
    const reading = profile.read(fromHex(one.sample.octets));
    const again = profile.read(profile.write(reading));
    expect({ ...again, octets: null }).toEqual({ ...reading, octets: null });
  });

  it.each(samples)('$device.id: $sample.title, has known units and possible values', (one) => {
    const reading = one.device.profile.read(fromHex(one.sample.octets));
    for (const { code, value } of reading.values) {
      expect(kindQuantities[reading.kind]).toContain(code);
      const measure = measures.get(code);
      expect(measure?.unit?.ucum).toBe(quantityUnits[code]);
      expect(value).toBeGreaterThanOrEqual(measure?.range?.hardMin ?? Infinity);
      expect(value).toBeLessThanOrEqual(measure?.range?.hardMax ?? -Infinity);
    }
  });
});
