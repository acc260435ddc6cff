/** CGM Specific Ops Control Point (2AAC): CGM Service 1.0.2 §3.7. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import { e2eCrcOf, withE2eCrc, type E2eCrc } from './e2e-crc.js';
import { maxUint16, maxUint8, whole } from './fields.js';

/** A request or a response; the fields between `name` and `e2eCrc` follow from the op code. */
export interface CgmSpecificOps {
  readonly opCode: number;
  /** In camel case; responses end in `Response`, but for the general `responseCode`. */
  readonly name: string;
  readonly minutes?: number;
  readonly mgPerDl?: MedFloat;
  readonly mgPerDlPerMin?: MedFloat;
  readonly glucoseMgPerDl?: MedFloat;
  readonly calibrationTimeMinutes?: number;
  readonly type?: number;
  readonly sampleLocation?: number;
  readonly nextCalibrationTimeMinutes?: number;
  readonly dataRecordNumber?: number;
  readonly calibrationStatus?: number;
  readonly requestOpCode?: number;
  readonly responseCode?: number;
  readonly e2eCrc: E2eCrc;
}

type Operand = Omit<CgmSpecificOps, 'opCode' | 'name' | 'e2eCrc'>;

/** How an operand is laid out. */
interface OperandLayout {
  readonly octets: number;
  readonly read: (reader: OctetReader) => Operand;
  readonly write: (writer: OctetWriter, operand: Operand) => void;
}

/** A field that the op code calls for; a value without it cannot be sent. */
function needed<T>(field: T | undefined): T {
  if (field === undefined) throw new CodecRefusal('format');
  return field;
}

const nothing: OperandLayout = { octets: 0, read: () => ({}), write: () => undefined };

const minutes: OperandLayout = {
  octets: 1,
  read: (reader) => ({ minutes: reader.uint8() }),
  write: (writer, operand) => void writer.uint8(whole(needed(operand.minutes), maxUint8)),
};

const level: OperandLayout = {
  octets: 2,
  read: (reader) => ({ mgPerDl: readSfloat(reader) }),
  write: (writer, operand) => writeSfloat(writer, needed(operand.mgPerDl)),
};

const rate: OperandLayout = {
  octets: 2,
  read: (reader) => ({ mgPerDlPerMin: readSfloat(reader) }),
  write: (writer, operand) => writeSfloat(writer, needed(operand.mgPerDlPerMin)),
};

const recordNumber: OperandLayout = {
  octets: 2,
  read: (reader) => ({ dataRecordNumber: reader.uint16() }),
  write: (writer, operand) =>
    void writer.uint16(whole(needed(operand.dataRecordNumber), maxUint16)),
};

const calibration: OperandLayout = {
  octets: 10,
  read: readCalibration,
  write: writeCalibration,
};

const response: OperandLayout = {
  octets: 2,
  read: (reader) => ({ requestOpCode: reader.uint8(), responseCode: reader.uint8() }),
  write: (writer, operand) =>
    void writer
      .uint8(whole(needed(operand.requestOpCode), maxUint8))
      .uint8(whole(needed(operand.responseCode), maxUint8)),
};

function readCalibration(reader: OctetReader): Operand {
  const glucoseMgPerDl = readSfloat(reader);
  const calibrationTimeMinutes = reader.uint16();
  const typeAndLocation = reader.uint8();
  return {
    glucoseMgPerDl,
    calibrationTimeMinutes,
    type: typeAndLocation & 0x0f,
    sampleLocation: typeAndLocation >> 4,
    nextCalibrationTimeMinutes: reader.uint16(),
    dataRecordNumber: reader.uint16(),
    calibrationStatus: reader.uint8(),
  };
}

function writeCalibration(writer: OctetWriter, operand: Operand): void {
  writeSfloat(writer, needed(operand.glucoseMgPerDl));
  writer.uint16(whole(needed(operand.calibrationTimeMinutes), maxUint16));
  writer.uint8(whole(needed(operand.type), 15) | (whole(needed(operand.sampleLocation), 15) << 4));
  writer.uint16(whole(needed(operand.nextCalibrationTimeMinutes), maxUint16));
  writer.uint16(whole(needed(operand.dataRecordNumber), maxUint16));
  writer.uint8(whole(needed(operand.calibrationStatus), maxUint8));
}

/** Set, get and response of one value have op codes in a row. */
function procedure(subject: string, operand: OperandLayout, get = nothing) {
  const name = subject.replace(/^./, (letter) => letter.toUpperCase());
  return [
    { name: `set${name}`, operand },
    { name: `get${name}`, operand: get },
    { name: `${subject}Response`, operand },
  ];
}

/** Op codes from 1, in their order. */
const operations: readonly { readonly name: string; readonly operand: OperandLayout }[] = [
  ...procedure('communicationInterval', minutes),
  ...procedure('calibrationValue', calibration, recordNumber),
  ...procedure('patientHighAlertLevel', level),
  ...procedure('patientLowAlertLevel', level),
  ...procedure('hypoAlertLevel', level),
  ...procedure('hyperAlertLevel', level),
  ...procedure('rateOfDecreaseAlertLevel', rate),
  ...procedure('rateOfIncreaseAlertLevel', rate),
  { name: 'resetDeviceSpecificAlert', operand: nothing },
  { name: 'startSession', operand: nothing },
  { name: 'stopSession', operand: nothing },
  { name: 'responseCode', operand: response },
];

/** CGM Specific Ops Control Point, 2AAC; with a check where the sensor supports it. */
export const cgmSpecificOpsControlPoint: Codec<CgmSpecificOps> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const opCode = reader.uint8();
    const operation = operations[opCode - 1];
    if (operation === undefined) throw new CodecRefusal('opcode');
    const e2eCrc = e2eCrcOf(octets, 1 + operation.operand.octets);
    return { opCode, name: operation.name, ...operation.operand.read(reader), e2eCrc };
  },
  encode(value) {
    const operation = operations[value.opCode - 1];
    if (operation === undefined) throw new CodecRefusal('opcode');
    const writer = new OctetWriter().uint8(value.opCode);
    operation.operand.write(writer, value);
    return withE2eCrc(writer, value.e2eCrc);
  },
};
