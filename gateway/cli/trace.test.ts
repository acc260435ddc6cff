import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OctetWriter, fromHex } from '@hemma/protocols/bytes.js';
import { btsnoopFile } from '@hemma/protocols/btsnoop/write.js';
import type { HciRecord } from '@hemma/protocols/btsnoop/write.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { SerialTrace } from '@hemma/protocols/trace/format.js';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { importCapture, printImport } from './trace-import.js';
import { printReport, reportAsJson } from './trace-print.js';
import { reportOf } from './trace-sample.js';

const addresses = ['C0:FF:EE:00:00:01', 'C0:FF:EE:00:00:02'] as const;
const measurement = '167c0056006100e807060f11111b33000000';

/** A capture in which each device is discovered and indicates one measurement. */
function capture(): Uint8Array {
  const records: HciRecord[] = [];
  const add = (packet: Uint8Array, sent: boolean): void => {
    records.push({ packet, sent, wallMs: 1_768_464_000_000 + records.length });
  };
  addresses.forEach((address, handle) => {
    const onAir = fromHex(address.replaceAll(':', '')).reverse();
    const complete = new OctetWriter().put([4, 0x3e, 19, 1, 0]).uint16(handle).put([0, 0]);
    add(complete.put(onAir).put(new Uint8Array(7)).octets(), false);
    const att = (sent: boolean, hex: string): void => {
      const pdu = fromHex(hex);
      const acl = new OctetWriter().uint8(2).uint16(handle | ((sent ? 0 : 2) << 12));
      acl
        .uint16(pdu.length + 4)
        .uint16(pdu.length)
        .uint16(4);
      add(acl.put(pdu).octets(), sent);
    };
    att(true, '100100ffff0028');
    att(false, '110601000a001018');
    att(true, '0801000a000328');
    att(false, '09070200200300352a');
    att(true, '1204000200');
    att(false, `1d0300${measurement}`);
  });
  return btsnoopFile(records);
}

describe('the import of a capture', () => {
  const imported = (address?: string) => {
    const folder = testFolder();
    const file = join(folder, 'phone.btsnoop');
    writeFileSync(file, capture());
    const out = join(folder, 'traces');
    return importCapture(file, address === undefined ? { out } : { out, address });
  };

  it('writes a trace for each connection', () => {
    const summary = imported();
    expect(summary.traces.map(({ file }) => basename(file))).toEqual([
      'phone-1-C0FFEE000001.trace.jsonl',
      'phone-2-C0FFEE000002.trace.jsonl',
    ]);
    for (const { file, events } of summary.traces) {
      expect(events).toEqual({ subscribe: 1, value: 1, end: 1 });
      expect(parseTrace(readFileSync(file, 'utf8')).notes).toEqual([]);
    }
    expect(printImport(summary)).toContain(
      'C0:FF:EE:00:00:02, no name: 1 subscribe, 1 value, 1 end',
    );
  });

  it('writes those of one device alone when asked to, and says when there is none', () => {
    const { traces } = imported(addresses[1]);
    expect(traces.map(({ address }) => address)).toEqual([addresses[1]]);
    const none = imported('00:00:00:00:00:00');
    expect(printImport(none)).toBe('no connection on which anything was asked or said');
  });
});

describe('what the catalogue makes of a trace', () => {
  const traced = () => {
    const folder = testFolder();
    const file = join(folder, 'phone.btsnoop');
    writeFileSync(file, capture());
    const [first] = importCapture(file, { out: folder }).traces;
    expect(existsSync(first!.file)).toBe(true);
    return parseTrace(readFileSync(first!.file, 'utf8')).trace;
  };

  it('is a device by its services, values that are decoded, and samples', async () => {
    const trace = traced();
    const report = await reportOf(trace, catalogue, null);
    expect(report.device?.id).toBe('generic-blood-pressure');
    const text = printReport(trace, report);
    expect(text).toContain('value 2a35 167c');
    expect(text).toContain('"systolic":124');
    expect(text).toContain(`octets: '${measurement}'`);
    const shown =
      'values: { systolic_bp: 124, diastolic_bp: 86, mean_arterial_pressure: 97, pulse_rate: 51 }';
    expect(text).toContain(shown);
    expect(JSON.parse(reportAsJson(report))).toMatchObject({
      device: 'generic-blood-pressure',
      read: { readings: 1, fault: null },
      samples: [{ octets: measurement }],
    });
  });

  it('is the device that was asked for, which may read nothing from it', async () => {
    const scale = catalogue.find(({ id }) => id === 'generic-weight-scale')!;
    const report = await reportOf(traced(), catalogue, scale);
    expect(report.device?.id).toBe('generic-weight-scale');
    expect(report.samples).toEqual([]);
  });

  it('is nothing without a device that fits, but for the values', async () => {
    const trace = traced();
    const report = await reportOf(trace, [], null);
    expect(report).toMatchObject({ device: null, trial: null, samples: [] });
    expect(report.values).toHaveLength(1);
    expect(printReport(trace, report)).toContain('none of the catalogue');
  });

  it('on a serial line, is the device that reads most from it', async () => {
    const moment = { ms: 0, wall: 0, trust: 'unknown' } as const;
    const line = { baudRate: 2400, dataBits: 7, parity: 'even', stopBits: 1 } as const;
    const header = { trace: 1, source: 'test', bootId: null, ...moment } as const;
    const trace: SerialTrace = {
      header: { ...header, transport: 'serial', port: '/dev/ttyUSB0', line },
      events: ['US,+000.00kg\r\n', 'ST,+075.20kg\r\n'].map((text) => ({
        event: 'in',
        octets: Buffer.from(text).toString('hex'),
        ...moment,
      })),
    };
    const report = await reportOf(trace, catalogue, null);
    expect(report.device?.id).toBe('and-serial-scale');
    expect(report.samples.map(({ reading }) => reading.values)).toEqual([{ body_weight: 75.2 }]);
    expect(printReport(trace, report)).toContain('port        /dev/ttyUSB0, 2400 baud');
  });
});
