import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex } from './bytes.js';
import { catalogue } from './devices/catalogue.generated.js';
import { heartRateMeasurement } from './gatt/heart-rate-measurement.js';
import { weightMeasurement } from './gatt/weight-measurement.js';
import { sfloatValue } from './medfloat.js';
import { readGlucose } from './profiles/common/glucose-reading.js';
import { readSpotCheck } from './profiles/common/plx-reading.js';
import { readNoninContinuous } from './profiles/nonin-ble.js';
import { noninDf8 } from './serial/nonin-df8.js';

/**
 * Where public decoders go wrong, each with the octets that show it: whoever changes a codec meets
 * them here by name. What only a conversation can show is beside its virtual device: contexts that
 * never come (`glucose.test.ts`), the Contec's sign of life (`contec-oximeters.test.ts`), ACK and
 * NAK (`spirometers.test.ts`), mg/dL on a meter that shows mmol/L (`serial-meters.test.ts`).
 */

const glucose = (hex: string) => readGlucose(fromHex(hex));
const valuesOf = (reading: { readonly values: readonly { code: string; value: number }[] }) =>
  Object.fromEntries(reading.values.map(({ code, value }) => [code, value]));

function read(deviceId: string, hex: string) {
  return catalogue.find(({ id }) => id === deviceId)!.profile.read(fromHex(hex));
}

/** The octets of a vector by its name. */
function vector(file: string, name: string): string {
  const text = readFileSync(join(import.meta.dirname, 'vectors', `${file}.json`), 'utf8');
  const { cases } = JSON.parse(text) as { readonly cases: { name: string; hex: string }[] };
  return cases.find((it) => it.name === name)!.hex;
}

describe('SFLOAT', () => {
  it('has a signed exponent', () => {
    expect(sfloatValue(0xf123)).toBe(29.1);
    expect(sfloatValue(0x8078)).toBe(1.2e-6);
  });

  it('has reserved codes at exponent 0 only', () => {
    const reserved = [0x07fe, 0x07ff, 0x0800, 0x0801, 0x0802].map(sfloatValue);
    expect(reserved).toEqual(['+INF', 'NaN', 'NRes', 'RFU', '-INF']);
    expect(sfloatValue(0x17ff)).toBe(20_470);
    expect(sfloatValue(0xf800)).toBe(-204.8);
  });

  it('is never a number where a failed run has a reserved code', () => {
    // Charted as 2047/2047 by who takes the mantissa for a value.
    const failed = read('generic-blood-pressure', '00ff07ff07ff07');
    expect(failed).toMatchObject({ values: [], failure: 'aborted' });
  });
});

describe('glucose', () => {
  it('was taken at its base time plus the offset', () => {
    expect(glucose('1b0400e407070e0b06055a0277b0f80000').deviceTime).toBe('2020-07-14T21:08:05');
  });

  it('of control solution is marked, so that it never counts', () => {
    // Type 10 in the low four bits behind the concentration (GSS 3.107).
    expect(glucose('030000e407030e171700000070b01a').flags).toContain('control_solution');
    expect(glucose('030000e407030e171700000070b011').flags).not.toContain('control_solution');
  });

  it('that came out below nothing is no value', () => {
    expect(glucose('030100e407030e1717000000ffff11')).toMatchObject({ values: [] });
  });
});

describe('a pulse oximeter', () => {
  it('says of its time that its clock is not set (PLX flag bit 4)', () => {
    const unset = readSpotCheck(fromHex('1161004800e8070b1d170839'));
    const set = readSpotCheck(fromHex('0161004800e8070b1d170839'));
    expect([unset, set].map(({ flags }) => flags)).toEqual([['device_clock_unset'], []]);
    expect(unset.deviceTime).toBe(set.deviceTime);
  });

  it('of Nonin has nothing to say at 127 % and 511 beats, with the last values on its display', () => {
    expect(noninDf8.decode(fromHex('a37f7f08'))).toMatchObject({ spo2: null, pulseRate: null });
    expect(readNoninContinuous(fromHex('0a181d000000017f01ff'))).toMatchObject({ values: [] });
    // Values stand in the frame still, but the finger is out.
    const held = readNoninContinuous(fromHex('0a441d01f4000c610048'));
    expect(held).toMatchObject({ values: [], failure: 'sensor_off' });
  });

  it('has no amplitude of nothing', () => {
    const reading = readNoninContinuous(fromHex('0a541d0000000c610048'));
    expect(valuesOf(reading)).toEqual({ spo2: 97, pulse_rate: 72 });
  });
});

describe('other units and counts', () => {
  it('weigh in 5 g or 0.01 lb, whatever the resolution of the scale', () => {
    expect(weightMeasurement.decode(fromHex('00b036')).weight).toBe(70);
    expect(weightMeasurement.decode(fromHex('01543d')).weight).toBe(157);
    expect(valuesOf(read('and-uc-352ble', '01b002'))).toEqual({ body_weight: 31.2 });
  });

  it('count beats apart in 1/1024 s', () => {
    const { rrIntervals1024, rrIntervalsMs } = heartRateMeasurement.decode(fromHex('144a0d03'));
    expect(rrIntervals1024).toEqual([781]);
    expect(rrIntervalsMs).toEqual([762.6953125]);
  });

  it('join what an IEEE 11073 report splits over two observations', () => {
    const name = 'blood pressure 113/71 MAP 85, pulse 71';
    const reading = read('and-ua-767pbt-c', vector('ieee11073-20601-fixed-report', name));
    expect(valuesOf(reading)).toMatchObject({ systolic_bp: 113, diastolic_bp: 71, pulse_rate: 71 });
  });
});
