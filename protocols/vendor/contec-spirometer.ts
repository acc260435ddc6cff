/**
 * A stored result of the Contec SP10, SP70 and SP80 spirometers, 44 octets behind type E1. Numbers
 * of two octets carry seven bits each, low octet first. Volumes in 0.01 L, flows in 0.01 L/s, the
 * ratio in 0.1 %. Source: contec-spirometer-ios-app; its unit of PEF and FEF is L/s.
 */
import { OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { octetAt, refuseUnless, scaled, whole } from '../serial/fields.js';
import { putShortTime, toLocal } from '../serial/local-time.js';

export interface ContecSpirometry {
  /** 0 all, 1 FVC, 2 VC, 3 MVV, 4 MV. */
  readonly measureType: number;
  readonly recordNumber: number;
  readonly timestamp: LocalDateTime;
  readonly sex: 'male' | 'female';
  readonly age: number;
  readonly heightCm: number;
  /** Reference values: 1 ECCS, 2 Knudson, 3 USA. */
  readonly standard: number;
  /** Blown after a bronchodilator. */
  readonly postDrug: boolean;
  readonly fvcL: number;
  readonly fev05L: number;
  readonly fev1L: number;
  readonly fev1FvcPercent: number;
  readonly fev3L: number;
  readonly fev6L: number;
  readonly pefLps: number;
  readonly fef25Lps: number;
  readonly fef50Lps: number;
  readonly fef75Lps: number;
  readonly fef2575Lps: number;
}

const recordLength = 44;
const resultType = 0xe1;
const highestMeasureType = 4;
const highestPair = 0x3fff;
/** Time to PEF, extrapolated volume and the last octet are not decoded. */
const undecoded = 5;

function pair(octets: Uint8Array, at: number): number {
  return octetAt(octets, at) | (octetAt(octets, at + 1) << 7);
}

function putPair(writer: OctetWriter, raw: number): OctetWriter {
  return writer.put([raw & 0x7f, raw >> 7]);
}

function timestamp(octets: Uint8Array): LocalDateTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = octets.subarray(5, 11);
  return toLocal({ year: 2000 + year, month, day, hour, minute, second });
}

/** Refuses `length`, `sync` and `range`. */
export const contecSpirometer: Codec<ContecSpirometry> = {
  decode: (octets) => {
    refuseUnless(octets.length === recordLength, 'length');
    refuseUnless(octets[0] === resultType && octets.subarray(1).every((one) => one < 0x80), 'sync');
    const hundredths = (at: number): number => pair(octets, at) / 100;
    return {
      measureType: whole(octetAt(octets, 2), 0, highestMeasureType),
      recordNumber: pair(octets, 3),
      timestamp: timestamp(octets),
      sex: octets[11] === 0 ? 'male' : 'female',
      age: octetAt(octets, 12),
      heightCm: pair(octets, 13),
      standard: whole(octetAt(octets, 15), 1, 3),
      postDrug: octets[16] !== 0,
      fvcL: hundredths(17),
      fev05L: hundredths(19),
      fev1L: hundredths(21),
      fev1FvcPercent: pair(octets, 23) / 10,
      fev3L: hundredths(25),
      fev6L: hundredths(27),
      pefLps: hundredths(29),
      fef25Lps: hundredths(31),
      fef50Lps: hundredths(33),
      fef75Lps: hundredths(35),
      fef2575Lps: hundredths(37),
    };
  },
  encode: (value) => {
    const writer = new OctetWriter().put([resultType, 0, value.measureType]);
    putPair(writer, whole(value.recordNumber, 0, highestPair));
    putShortTime(writer, value.timestamp);
    writer.put([value.sex === 'male' ? 0 : 1, whole(value.age, 0, 0x7f)]);
    putPair(writer, whole(value.heightCm, 0, highestPair));
    writer.put([whole(value.standard, 1, 3), value.postDrug ? 1 : 0]);
    const tenths = scaled(value.fev1FvcPercent, 10, highestPair);
    const volumes = [value.fvcL, value.fev05L, value.fev1L];
    const rest = [value.fev3L, value.fev6L, value.pefLps, value.fef25Lps];
    const flows = [value.fef50Lps, value.fef75Lps, value.fef2575Lps];
    const raw = (one: number): number => scaled(one, 100, highestPair);
    for (const one of [...volumes.map(raw), tenths, ...[...rest, ...flows].map(raw)]) {
      putPair(writer, one);
    }
    return writer.put(new Uint8Array(undecoded)).octets();
  },
};
