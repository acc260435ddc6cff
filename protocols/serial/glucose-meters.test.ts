import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { verioFrame, verioRecordPayload } from '../vendor/onetouch-verio.js';
import { accuChekDiary } from './accu-chek-diary.js';
import { astmFrame } from './astm-contour.js';
import { asciiOctets, crc16, sum16, sum8 } from './fields.js';
import { StreamFramer } from './framer.js';
import { lifescanFrame } from './lifescan-frame.js';
import { ultra2Line, ultra2Lines } from './onetouch-ultra2.js';
import { taidocFrame, taidocStream, taidocTime } from './taidoc.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Accu-Chek Mobile diary', () => {
  const line = (result: string, unit = 'mmol/l', marks = ' ; ; ; ; ; ;'): Uint8Array =>
    utf8(`30.03.2014;02:44;${result};${unit};${marks}\r\n`);

  it.each([
    ['HI', 'HI'],
    ['Lo', 'LO'],
  ])('gives no figure for %s', (result, range) => {
    expect(accuChekDiary.decode(line(result))).toMatchObject({
      timestamp: '2014-03-30T02:44',
      range,
      mmolPerL: null,
    });
  });

  it('reads every mark in its column', () => {
    expect(accuChekDiary.decode(line('12.3', 'mmol/l', ' ;X;X;X;X; ;'))).toStrictEqual({
      kind: 'record',
      timestamp: '2014-03-30T02:44',
      range: null,
      mmolPerL: 12.3,
      temperatureWarning: false,
      outsideTarget: true,
      other: true,
      beforeMeal: true,
      afterMeal: true,
      controlMeasurement: false,
    });
  });

  it('knows the other wording of the second header', () => {
    const header =
      'Dato;Klokkeslæt;Måleresultat;Måleenhed;Temperaturadvarsel;Uden for målområde;Øvrigt;' +
      'Før måltid;Efter måltid;Kontrolmåling';
    expect(accuChekDiary.decode(utf8(`${header}         \r\n`))).toStrictEqual({ kind: 'header2' });
  });

  it.each([
    ['another unit', line('94', 'mg/dl'), 'unit'],
    ['too few columns', line('5.2', 'mmol/l', ' ; ; ; ; ;'), 'columns'],
    ['too many columns', line('5.2', 'mmol/l', ' ; ; ; ; ; ;X;'), 'columns'],
    ['too many columns in the meter line', utf8('U1;22.02.2013;13:26;x;;;;;;\r\n'), 'columns'],
    ['no figure', line('5,2'), 'format'],
    ['another first header', utf8('\uFEFFSerial number;Date;Time;;;;;;;\r\n'), 'format'],
    ['a date that does not exist', utf8('31.02.2014;02:44;5.2;mmol/l; ; ; ; ; ; ;\r\n'), 'range'],
    ['octets that are no UTF-8', Uint8Array.of(0x32, 0xff, 0x0d, 0x0a), 'format'],
    ['an empty line', utf8('\r\n'), 'empty'],
  ])('refuses %s', (_, octets, reason) => {
    expect(() => accuChekDiary.decode(octets)).toThrow(because(reason));
  });
});

describe('Contour ASTM frames', () => {
  function frame(text: string, end: number): Uint8Array {
    const covered = Uint8Array.of(...asciiOctets(text), end);
    const check = sum8(covered).toString(16).toUpperCase().padStart(2, '0');
    return Uint8Array.of(0x02, ...covered, ...asciiOctets(`${check}\r\n`));
  }

  it('reads a result in mmol/L with a time to the second, in the last frame', () => {
    const octets = frame('6R|8|^^^Glucose|7.4|mmol/L^P||B/X||20120205203455\r', 0x03);
    expect(astmFrame.decode(octets)).toStrictEqual({
      frameNumber: 6,
      last: true,
      recordType: 'R',
      sequence: 8,
      test: 'Glucose',
      value: 7.4,
      unit: 'mmol/L',
      reference: 'P',
      markers: 'B/X',
      timestamp: '20120205203455',
    });
  });

  it.each(['1^', '1'])('reads %s as a unit without reference', (unit) => {
    const octets = frame(`1R|3|^^^Insulin|8|${unit}||||201505261150\r`, 0x17);
    const value = astmFrame.decode(octets);
    expect(value).toMatchObject({ unit: '1', reference: null });
    expect(astmFrame.decode(astmFrame.encode(value))).toStrictEqual(value);
  });

  it('passes over patient and terminator records and what stands between frames', () => {
    const patient = frame('2P|1\r', 0x17);
    expect(astmFrame.decode(Uint8Array.of(0x06, ...patient, 0x05))).toStrictEqual({
      frameNumber: 2,
      last: false,
      recordType: 'P',
    });
    expect(astmFrame.decode(frame('7L|1||N\r', 0x03))).toMatchObject({
      recordType: 'L',
      last: true,
    });
  });

  it.each([
    [
      'a figure that is none',
      frame('5R|3|^^^Glucose|--|mg/dL^P||||201505261150\r', 0x17),
      'format',
    ],
    ['a result without unit', frame('5R|3|^^^Glucose|93|||||201505261150\r', 0x17), 'unit'],
    ['a time of 13 digits', frame('5R|3|^^^Glucose|93|mg/dL^P||||2015052611501\r', 0x17), 'format'],
    ['another end mark', frame('5P|1\r', 0x16), 'format'],
    ['a frame without start', asciiOctets('5P|1\r'), 'sync'],
    ['a frame that is cut off', frame('5P|1\r', 0x17).subarray(0, 6), 'truncated'],
    ['a second frame', Uint8Array.of(...frame('5P|1\r', 0x17), 0x02), 'length'],
  ])('refuses %s', (_, octets, reason) => {
    expect(() => astmFrame.decode(octets)).toThrow(because(reason));
  });
});

describe('OneTouch Ultra2 lines', () => {
  const line = (text: string): Uint8Array => {
    const check = sum16(asciiOctets(text)).toString(16).toUpperCase().padStart(4, '0');
    return asciiOctets(`${text} ${check}\r\n`);
  };

  it('reads the answer to a clock command with the published check sum', () => {
    const octets = asciiOctets('T "SAT","08/03/13","22:12:00   " 0608\r\n');
    expect(ultra2Line.decode(octets)).toStrictEqual({
      checksum: '0608',
      kind: 'dateTime',
      timestamp: '2013-08-03T22:12:00',
    });
  });

  it('tells a control solution and the unit of display', () => {
    const control = line('P "SUN","11/02/25","08:30:05   ","C 110 ","A","11", 00');
    expect(ultra2Line.decode(control)).toMatchObject({
      timestamp: '2025-11-02T08:30:05',
      glucoseMgPerDl: 110,
      controlSolution: true,
      mealFlag: 'A',
    });
    const header = line('P 150,"GMF600DCY","MMOL/L"');
    expect(ultra2Line.decode(header)).toMatchObject({ records: 150, displayUnit: 'MMOL/L' });
    expect(ultra2Line.decode(line('@ "GMF600DCY"'))).toMatchObject({ serial: 'GMF600DCY' });
    expect(ultra2Line.decode(line('?P02.00.00 30/08/06'))).toMatchObject({ kind: 'version' });
  });

  it.each([
    ['a wrong check sum', asciiOctets('T "SAT","08/03/13","22:12:00   " 0609\r\n'), 'checksum'],
    ['a check sum that is none', asciiOctets('% 13AZ\r\n'), 'checksum'],
    [
      'a result that the meter marks as damaged',
      line('P "SUN","11/02/25","08:30:05   ","  110?","N","00", 00'),
      'checksum',
    ],
    [
      'an unknown comment',
      line('P "SUN","11/02/25","08:30:05   ","  110 ","N","12", 00'),
      'format',
    ],
    ['the 13th month', line('P "SUN","13/02/25","08:30:05   ","  110 ","N","00", 00'), 'range'],
    ['another text', line('hello'), 'format'],
  ])('refuses %s', (_, octets, reason) => {
    expect(() => ultra2Line.decode(octets)).toThrow(because(reason));
  });

  it('writes the weekday of the date', () => {
    const octets = ultra2Line.encode({
      checksum: '',
      kind: 'dateTime',
      timestamp: '2025-11-02T08:30:05',
    });
    expect(new TextDecoder().decode(octets)).toMatch(/^F "SUN","11\/02\/25"/);
  });

  it('finds its lines in a stream', () => {
    const record = line('P "SUN","11/02/25","08:30:05   ","  110 ","N","00", 00');
    const framer = new StreamFramer(ultra2Lines);
    const frames = framer.push(Uint8Array.of(0x11, 0x0d, ...record, ...record));
    expect(frames.map(toHex)).toEqual([toHex(record), toHex(record)]);
  });
});

describe('LifeScan binary frames', () => {
  it('computes the published CRC', () => {
    expect(crc16(fromHex('02060603')).toString(16)).toBe('41cd');
  });

  it.each([
    ['a wrong CRC', '020903050d0203089e', 'crc'],
    ['no end mark', '020903050d02040ce8', 'sync'],
    ['no start mark', '030608030000', 'sync'],
    ['a length below six', '0205080300', 'length'],
    ['octets that are missing', '020903050d02', 'truncated'],
    ['octets too many', '02060803c26200', 'length'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => lifescanFrame.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('decodes what it encodes, and refuses every single bit error', () => {
    const frames = fc.record({
      linkControl: fc.nat(255),
      payload: fc.uint8Array({ maxLength: 40 }).map(toHex),
    });
    fc.assert(
      fc.property(frames, fc.nat(), (frame, bit) => {
        const octets = lifescanFrame.encode(frame);
        expect(lifescanFrame.decode(octets)).toEqual(frame);
        const at = bit % (8 * octets.length);
        octets[at >> 3]! ^= 1 << (at & 7);
        expect(() => lifescanFrame.decode(octets)).toThrow();
      }),
    );
  });
});

describe('OneTouch Verio over BLE', () => {
  const reading = {
    timestamp: '2025-11-02T07:15:00',
    glucoseMgPerDl: 104,
    controlSolution: true,
  } as const;

  it('tells a control solution', () => {
    const payload = verioRecordPayload(reading);
    expect(verioFrame.decode(verioFrame.encode({ prefix: 3, payload }))).toStrictEqual({
      prefix: 3,
      payload,
      record: true,
      ...reading,
    });
  });

  it('gives no reading for the mark of an empty record', () => {
    const payload = '0674c1993000000000000000';
    expect(verioFrame.decode(verioFrame.encode({ prefix: 3, payload }))).toStrictEqual({
      prefix: 3,
      payload,
    });
  });

  it.each([
    ['another single octet', '80', 'format'],
    ['a packet of several', '02020c000431020000 0003a955', 'format'],
    ['a link octet that is not 0', '0102060803c262', 'format'],
    ['a frame without message', '01020600037b40', 'crc'],
    ['no octets', '', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => verioFrame.decode(fromHex(hex))).toThrow(because(reason));
  });
});

describe('TaiDoc meters', () => {
  it('reads a packed date of the source', () => {
    expect(taidocTime.decode(fromHex('0427250d'))).toStrictEqual({ dateTime: '2019-08-04T13:37' });
  });

  it('tells a frame from the meter', () => {
    expect(taidocFrame.decode(fromHex('51 26 68000000 a5 84'))).toStrictEqual({
      command: 0x26,
      data: '68000000',
      direction: 'fromDevice',
    });
  });

  it.each([
    ['a wrong sum', '51220000 0000a317', 'checksum'],
    ['another start', '522200000000a317', 'sync'],
    ['another direction', '512200000000a417', 'format'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => taidocFrame.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('refuses a date without month', () => {
    expect(() => taidocTime.decode(fromHex('01240e15'))).toThrow(because('range'));
  });

  it('finds the frames of the meter in a stream', () => {
    const framer = new StreamFramer(taidocStream);
    const frame = '5126 68000000a584'.replace(' ', '');
    expect(framer.push(fromHex(`5151${frame}00${frame}`)).map(toHex)).toEqual([frame, frame]);
  });
});
