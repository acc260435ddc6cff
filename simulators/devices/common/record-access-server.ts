/**
 * The device's end of a Record Access Control Point (2A52). It counts and reports, and deletes
 * nothing.
 */
import { CodecRefusal } from '@hemma/protocols/codec.js';
import {
  recordAccessControlPoint,
  type RecordAccessControlPoint,
} from '@hemma/protocols/gatt/record-access-control-point.js';
import { recordAccessUuid } from '@hemma/protocols/profiles/common/record-access.js';
import { AttRefusal } from '../../radio/gatt-server.js';
import type { CharacteristicDefinition } from '../../radio/gatt-server.js';
import type { GattHost } from './model.js';
import type { StoredRecord } from './record-store.js';
import { start, type Sending } from './sending.js';

/**
 * Client Characteristic Configuration improperly configured (Core Specification Supplement Part B).
 */
const notConfigured = 0xfd;
/** Procedure already in progress (Core Specification Supplement Part B). */
const inProgress = 0xfe;

const opCode = { report: 1, abort: 3, count: 4, countResponse: 5, response: 6 } as const;
const operator = { all: 1, atLeast: 3, first: 5, last: 6 } as const;
const sequenceFilter = 1;
const code = { success: 1, opCodeNotSupported: 2, operatorNotSupported: 4, noRecords: 6 } as const;

type Request = RecordAccessControlPoint;

/** The records that a request asks for; null when its operator is not known here. */
function selected(request: Request, records: readonly StoredRecord[]): StoredRecord[] | null {
  switch (request.operator) {
    case operator.all:
      return [...records];
    case operator.first:
      return records.slice(0, 1);
    case operator.last:
      return records.slice(-1);
    case operator.atLeast: {
      const from = request.value;
      if (request.filterType !== sequenceFilter || typeof from !== 'number') return null;
      return records.filter(({ reading }) => (reading.sequence ?? 0) >= from);
    }
    default:
      return null;
  }
}

function response(requestOpCode: number, responseCode: number): Uint8Array {
  return Uint8Array.of(opCode.response, 0, requestOpCode, responseCode);
}

function decoded(octets: Uint8Array): Request | null {
  try {
    return recordAccessControlPoint.decode(octets);
  } catch (error) {
    if (error instanceof CodecRefusal) return null;
    throw error;
  }
}

/** `report` sends the records that were asked for, with what belongs to them. */
export function recordAccessPoint(
  host: GattHost,
  sending: Sending,
  report: (records: readonly StoredRecord[]) => Promise<void>,
): CharacteristicDefinition {
  let busy = 0;

  const answer = async (request: Request | null, octets: Uint8Array): Promise<Uint8Array> => {
    const asked = octets[0] ?? 0;
    if (asked === opCode.abort) return response(asked, code.success);
    if (asked !== opCode.report && asked !== opCode.count) {
      return response(asked, code.opCodeNotSupported);
    }
    const records = request === null ? null : selected(request, host.store.all());
    if (records === null) return response(asked, code.operatorNotSupported);
    if (asked === opCode.count) {
      return Uint8Array.of(opCode.countResponse, 0, records.length & 0xff, records.length >> 8);
    }
    if (records.length === 0) return response(asked, code.noRecords);
    await report(records);
    return response(asked, code.success);
  };

  return {
    uuid: recordAccessUuid,
    properties: ['write', 'indicate'],
    onSubscribe: (on) => {
      if (on) busy = 0;
    },
    onWrite: (octets) => {
      if (host.server?.isSubscribed(recordAccessUuid) !== true) throw new AttRefusal(notConfigured);
      if (busy > 0 && octets[0] !== opCode.abort) throw new AttRefusal(inProgress);
      busy += 1;
      start(async () => {
        const octetsOfAnswer = await answer(decoded(octets), octets);
        busy = 0;
        await sending.answer(recordAccessUuid, octetsOfAnswer);
      });
    },
  };
}
