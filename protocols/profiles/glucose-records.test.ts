import { describe, expect, it } from 'vitest';
import { fromHex } from '../bytes.js';
import { glucoseMeasurementContext } from '../gatt/glucose-measurement-context.js';
import { accuChekDiary } from '../serial/accu-chek-diary.js';
import { asciiOctets } from '../serial/fields.js';
import { astmFrame } from '../serial/astm-contour.js';
import { readGlucose, withContext } from './common/glucose-reading.js';
import { contourRecords, diaryRecords } from './glucose-records.js';

function diaryLine(result: string, marks = ' ; ; ; ; ; ') {
  return diaryRecords().read(
    new TextEncoder().encode(`01.03.2026;07:30;${result};mmol/l;${marks};\r\n`),
  );
}

function contourResult(parts: { unit?: string; markers?: string; timestamp?: string }) {
  return astmFrame.encode({
    recordType: 'R',
    frameNumber: 1,
    last: false,
    sequence: 7,
    test: 'Glucose',
    value: 93,
    unit: 'mg/dL',
    reference: 'P',
    markers: '',
    timestamp: '202603010730',
    ...parts,
  });
}

describe('the diary of an Accu-Chek Mobile', () => {
  it.each(['HI', 'LO'])('has no value for %s', (side) => {
    expect(diaryLine(side)).toMatchObject({ values: [], failure: 'out_of_device_range' });
  });

  it('marks control solution and temperature', () => {
    expect(diaryLine('9.7', 'X; ; ; ; ;X').flags).toEqual(['control_solution', 'questionable']);
  });

  it('refuses lines that are no result', () => {
    const header = accuChekDiary.encode({ kind: 'header1' });
    expect(() => diaryRecords().read(header)).toThrow('format');
  });
});

describe('a Contour with USB', () => {
  it.each(['<', '>'])('has no value for a result marked %s', (mark) => {
    const reading = contourRecords().read(contourResult({ markers: `${mark}/B` }));
    expect(reading).toMatchObject({ values: [], failure: 'out_of_device_range', sequence: 7 });
  });

  it('marks control solution, and reads a time with seconds', () => {
    const octets = contourResult({ markers: 'C', timestamp: '20260301073059' });
    const reading = contourRecords().read(octets);
    expect(reading.flags).toEqual(['control_solution']);
    expect(reading.deviceTime).toBe('2026-03-01T07:30:59');
  });

  it('refuses a unit that it does not know, a time that is none and what is no result', () => {
    const read = (octets: Uint8Array) => contourRecords().read(octets);
    expect(() => read(contourResult({ unit: 'mg/L' }))).toThrow('unit');
    expect(() => read(contourResult({ timestamp: '202613010730' }))).toThrow('range');
    expect(() => read(asciiOctets('no frame'))).toThrow('sync');
  });
});

it('takes a ketone record of a CareSens meter for no glucose value', () => {
  const reading = readGlucose(fromHex('030000e407030e171700000070b011'));
  const context = glucoseMeasurementContext.decode(fromHex('02000006'));
  expect(context.meal).toBe(6);
  expect(withContext(reading, fromHex('02000006'))).toMatchObject({
    values: [],
    failure: 'implausible',
  });
});
