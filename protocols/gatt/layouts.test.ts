import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { CodecRefusal, type Codec, type RefusalReason } from '../codec.js';
import { gattCodecs } from './decoders.js';

// Layouts of the specifications that no vector shows: flags, reserved bits, limits of ranges.

type Name = keyof typeof gattCodecs;

/** Each case is only given to the codec that it names. */
function codecOf(name: Name): Codec<unknown> {
  return gattCodecs[name] as Codec<unknown>;
}

const accepted: readonly (readonly [Name, string, object])[] = [
  ['date-time', 'd007021d000000', { dateTime: '2000-02-29T00:00:00' }],
  ['date-time', '0000021d173b3b', { dateTime: { year: null, month: 2, day: 29, second: 59 } }],
  ['date-time', '2e060101000000', { dateTime: '1582-01-01T00:00:00' }],
  ['current-time', 'e907010f0e1e2d07ff0f', { dayOfWeek: 7, fractions256: 255 }],
  ['current-time', 'e907010f0e1e2d07fff0', { adjustReason: { raw: 0xf0, flags: [] } }],
  ['local-time-information', 'd008', { timeZoneMinutes: -720, dstOffsetMinutes: 120 }],
  ['local-time-information', '3802', { timeZoneMinutes: 840, dstOffsetMinutes: 30 }],
  ['elapsed-time', '0c10270000000000000000', { resolutionSeconds: 0.0001, timeValue: 10_000 }],
  ['elapsed-time', '0410270000000000000000', { dateTime: '2000-01-01T00:16:40' }],
  ['elapsed-time', '00000000000000f0f00000', { syncSource: 240, offsetMinutes: -240 }],
  ['battery-level', '00', { levelPercent: 0 }],
  ['body-sensor-location', '06', { location: 6, locationName: 'foot' }],
  ['body-sensor-location', '07', { location: 7, locationName: null }],
  ['temperature-type', '00', { temperatureType: 0, temperatureTypeName: null }],
  ['measurement-interval', '0000', { intervalSeconds: 0, periodic: false }],
  ['device-information-strings', '55412d3635310000', { text: 'UA-651' }],
  ['device-information-strings', 'c385', { text: 'Å' }],
  ['device-information-strings', '', { text: '' }],
  ['pnp-id', '0301000200ffff', { vendorIdSource: 3, vendorIdSourceName: null }],
  ['blood-pressure-measurement', '0078005000fe07', { meanArterialPressure: '+INF' }],
  ['blood-pressure-measurement', '10780050005a001800', { status: { pulseRateRange: 'reserved' } }],
  ['blood-pressure-measurement', '08780050005a00ff', { userId: 255 }],
  ['blood-pressure-measurement', '20780050005a00abcd', { systolic: 120, status: null }],
  ['blood-pressure-feature', '00fe', { raw: 0xfe00, features: [] }],
  ['weight-measurement', '00ffff', { weight: null, measurementUnsuccessful: true }],
  ['weight-measurement', '09543df500a802', { unit: 'lb', bmi: 24.5, height: 68, heightUnit: 'in' }],
  ['weight-scale-feature', 'b8010000', { weightResolution: { kg: 0.005 } }],
  ['weight-scale-feature', '40020000', { weightResolution: null, heightResolution: null }],
  ['weight-scale-feature', '80010000', { heightResolution: { m: 0.001, in: 0.1 } }],
  ['and-ble-weight', '00ffff', { unit: 'kg', weight: null, timestamp: null }],
  ['and-ble-weight', '02b102e7070101020304', { weight: 68.9 }],
  ['body-composition-measurement', '0010ffff', { multiplePacket: true, bodyFatPercentage: null }],
  ['body-composition-measurement', '01086400a802', { height: 68, heightUnit: 'in' }],
  ['temperature-measurement', '01c20300ff', { unit: 'F', temperature: 96.2 }],
  ['temperature-measurement', '046e0100ff0a', { temperatureType: 10, temperatureTypeName: null }],
  ['heart-rate-measurement', '1048', { heartRate: 72, rrIntervals1024: [], rrIntervalsMs: [] }],
  ['heart-rate-measurement', '0248', { sensorContact: 'notSupported' }],
  ['heart-rate-measurement', '0848ffff', { energyExpendedKj: 65_535 }],
  ['plx-spot-check-measurement', '1061006000', { deviceClockNotSet: true }],
  ['plx-continuous-measurement', '0361006000620061006300ff07', { pulseRateSlow: 'NaN' }],
  ['plx-features', '01000010', { measurementStatusSupport: { flags: ['calibrationOngoing'] } }],
  ['glucose-measurement', '010100e70701010000000080', { userFacingTime: null }],
  ['glucose-measurement', '010100e7070c1f173b3b0100', { userFacingTime: '2024-01-01T00:00:59' }],
  ['glucose-measurement', '010100000001010000000500', { userFacingTime: null }],
  ['glucose-measurement', '020100e7070101000000ff0711', { concentration: 'NaN', mgPerDl: 'NaN' }],
  ['glucose-measurement', '060100e707010100000038c011', { mmolPerL: 5.6, mgPerDl: null }],
  [
    'glucose-measurement-context',
    'ff0000b30364b004123c00320412c059f1',
    { extendedFlags: 179, carbohydrateKg: 0.001, tester: 2, health: 1, medicationUnit: 'L' },
  ],
  ['glucose-measurement-context', '1001000105d0', { medication: 5e-3, medicationUnit: 'kg' }],
  ['record-access-control-point', '050004030201', { numberOfRecords: 16_909_060 }],
  ['record-access-control-point', '0600010a', { responseCode: 10, responseName: null }],
  ['record-access-control-point', '01040105000900', { filterType: 1, min: 5, max: 9 }],
  [
    'record-access-control-point',
    '010302e7070101020304',
    { filterName: 'userFacingTime', value: '2023-01-01T02:03:04' },
  ],
  ['record-access-control-point', '0701', { opCodeName: 'combinedReport' }],
  ['record-access-control-point', '080005000000', { numberOfRecords: 5 }],
  ['omron-racp', '1000', { opCode: 16, operator: 0 }],
  ['omron-racp', '11002a00', { opCode: 17, sequenceNumber: 42 }],
  ['omron-racp', '05000300', { numberOfRecords: 3 }],
  ['omron-racp', '01040401000900', { filterType: 4, min: 1, max: 9 }],
  ['user-control-point', '01a80e', { name: 'registerNewUser', consentCode: 3752 }],
  ['user-control-point', '04', { name: 'listAllUsers' }],
  ['user-control-point', '0501', { name: 'deleteUsers', userIndex: 1 }],
  ['user-control-point', '20010102', { requestOpCode: 1, userIndex: 2 }],
  ['user-control-point', '20040103', { userIndex: null, numberOfUsers: 3 }],
  ['user-control-point', '200209', { responseName: null }],
  ['cgm-measurement', '07206400010080', { records: [{ status: { raw: 0x80_0000 } }] }],
  ['cgm-specific-ops-control-point', '0105', { name: 'setCommunicationInterval', minutes: 5 }],
  [
    'cgm-specific-ops-control-point',
    '050100',
    { name: 'getCalibrationValue', dataRecordNumber: 1 },
  ],
  ['cgm-specific-ops-control-point', '0c0bc034be', { mgPerDl: 0.0011, e2eCrc: 'valid' }],
  ['cgm-specific-ops-control-point', '150110', { mgPerDlPerMin: 10 }],
  ['cgm-specific-ops-control-point', '1a', { opCode: 26, name: 'startSession' }],
];

const refused: readonly (readonly [Name, string, RefusalReason])[] = [
  ['date-time', 'e707021e000000', 'range'],
  ['date-time', 'e707021d000000', 'range'],
  ['date-time', '6c07021d000000', 'range'],
  ['date-time', '2d060101000000', 'range'],
  ['date-time', '10270101000000', 'range'],
  ['date-time', 'e707010100003c', 'range'],
  ['date-time', 'e707010100000000', 'length'],
  ['current-time', 'e907010f0e1e2d080000', 'range'],
  ['current-time', 'e907010f0e1e2d0700', 'truncated'],
  ['local-time-information', 'cf00', 'range'],
  ['local-time-information', '3900', 'range'],
  ['local-time-information', '0001', 'range'],
  ['elapsed-time', '00ffffffffffff00000000', 'range'],
  ['elapsed-time', '0000000000000000000000ff', 'length'],
  ['battery-level', 'ff', 'range'],
  ['system-id', '010203040506070809', 'length'],
  ['device-information-strings', 'c3', 'format'],
  ['blood-pressure-measurement', '02780050005a00e7070d01000000', 'range'],
  ['weight-measurement', '08b036f500d6', 'truncated'],
  ['heart-rate-measurement', '1048000800', 'truncated'],
  ['plx-features', '0100', 'truncated'],
  ['record-access-control-point', '0901', 'opcode'],
  ['record-access-control-point', '0107', 'operator'],
  ['record-access-control-point', '0100', 'operator'],
  ['record-access-control-point', '06010101', 'operator'],
  ['record-access-control-point', '0103030c00', 'operator'],
  ['record-access-control-point', '0500030201', 'length'],
  ['record-access-control-point', '0500', 'truncated'],
  ['record-access-control-point', '0103010c', 'truncated'],
  ['record-access-control-point', '010100', 'length'],
  ['omron-racp', '1200', 'opcode'],
  ['omron-racp', '1001', 'operator'],
  ['user-control-point', '06', 'opcode'],
  ['user-control-point', '02010e', 'truncated'],
  ['cgm-feature', '6e8e01160000', 'crc'],
  ['cgm-measurement', '07006400010000ff', 'length'],
  ['cgm-measurement', '06006400010006', 'truncated'],
  ['cgm-status', '050000000011', 'length'],
  ['cgm-specific-ops-control-point', '00', 'opcode'],
  ['cgm-specific-ops-control-point', '1d', 'opcode'],
  ['cgm-specific-ops-control-point', '060a01', 'truncated'],
  ['ghs-segment-header', '', 'truncated'],
];

describe('layouts', () => {
  it.each(accepted)('%s %s', (name, hex, expected) => {
    const codec = codecOf(name);
    const value = codec.decode(fromHex(hex));
    expect(value).toMatchObject(expected);
    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
  });

  it.each(refused)('%s %s is refused: %s', (name, hex, reason) => {
    expect(() => codecOf(name).decode(fromHex(hex))).toThrow(new CodecRefusal(reason));
  });
});

/** Values that begin with flags, and what they are without the octets of a later revision. */
const flagLed: readonly (readonly [Name, string])[] = [
  ['blood-pressure-measurement', '00780050005a00'],
  ['blood-pressure-measurement', '167c0056006100e807060f11111b33002700'],
  ['intermediate-cuff-pressure', '00d7f000000000'],
  ['weight-measurement', '00b036'],
  ['and-ble-weight', '01b002'],
  ['body-composition-measurement', '00003200'],
  ['temperature-measurement', '006e0100ff'],
  ['heart-rate-measurement', '0048'],
  ['plx-spot-check-measurement', '0061006000'],
  ['plx-continuous-measurement', '0061006000'],
  ['plx-features', '0000'],
  ['glucose-measurement', '000100e7070101000000'],
  ['glucose-measurement-context', '000100'],
];

describe('octets that no flag announces', () => {
  it.each(flagLed)('%s %s is the same with them', (name, hex) => {
    const codec = codecOf(name);
    const value = codec.decode(fromHex(hex));
    expect(codec.decode(fromHex(`${hex}ab`))).toStrictEqual(value);
    expect(codec.decode(fromHex(`${hex}abcdef`))).toStrictEqual(value);
  });
});

describe('what cannot be sent', () => {
  const { 'weight-measurement': weight, 'plx-continuous-measurement': plx } = gattCodecs;
  const kilograms = weight.decode(fromHex('00b036'));
  const oximetry = plx.decode(fromHex('0061006000'));

  it('is rounded to the resolution of the field', () => {
    expect(toHex(weight.encode({ ...kilograms, weight: 70.002 }))).toBe('00b036');
  });

  it('is refused outside the range of the field', () => {
    expect(() => weight.encode({ ...kilograms, weight: 327.675 })).toThrow(CodecRefusal);
    expect(() => weight.encode({ ...kilograms, weight: -1 })).toThrow(CodecRefusal);
    expect(() => weight.encode({ ...kilograms, userId: 256 })).toThrow(CodecRefusal);
    expect(() => weight.encode({ ...kilograms, timestamp: '2023-02-29T00:00:00' })).toThrow(
      CodecRefusal,
    );
    expect(() => weight.encode({ ...kilograms, timestamp: 'today' })).toThrow(CodecRefusal);
  });

  it('is refused with half a pair', () => {
    expect(() => plx.encode({ ...oximetry, spo2Fast: 97 })).toThrow(CodecRefusal);
  });
});
