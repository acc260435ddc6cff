import { describe, expect, it } from 'vitest';
import { asciiOctets, sum8 } from './fields.js';
import { StreamFramer } from './framer.js';
import { tanita, tanitaLines } from './tanita.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('Tanita telegrams', () => {
  function telegram(text: string): Uint8Array {
    const check = sum8(asciiOctets(text)).toString(16).toUpperCase().padStart(2, '0');
    return asciiOctets(`${text}CS,${check}\r\n`);
  }
  const head = '{0,16,~0,1,MO,"HD-351BT",';

  it.each([
    ['kilograms', `${head}Wk,82.7,`, { model: 'HD-351BT', weightKg: 82.7 }],
    ['pounds', `${head}Wp,182.4,`, { model: 'HD-351BT', weightLb: 182.4 }],
    ['stones and pounds', `${head}Ws,12.05.5,`, { model: 'HD-351BT', weightLb: 173.5 }],
  ])('reads %s', (_, text, expected) => {
    expect(tanita.decode(telegram(text))).toStrictEqual(expected);
  });

  it('reads height and BMI of a WB-3000', () => {
    const text = '{0,16,~0,1,~1,1,~2,1,MO,"WB-3000",Hm,170.5,Wk,70.0,MI,24.1,';
    expect(tanita.decode(telegram(text))).toStrictEqual({
      model: 'WB-3000',
      heightCm: 170.5,
      weightKg: 70,
      bmi: 24.1,
    });
  });

  it('tells a recalled weight and a gain of a baby scale from a weight just taken', () => {
    expect(tanita.decode(asciiOctets('Rg,3868\r\n'))).toStrictEqual({ memorizedWeightG: 3868 });
    expect(tanita.decode(asciiOctets('Gg,-120,Rg,3868\r\n'))).toStrictEqual({
      weightGainG: -120,
      memorizedWeightG: 3868,
    });
  });

  it.each([
    ['a telegram whose check sum is lost', `${head}Wk,82.7\r\n`, 'checksum'],
    ['dashes in place of a figure', telegram(`${head}Wk,---.-,`), 'format'],
    ['a key without value', 'Wg\r\n', 'format'],
    ['nothing known', 'Xx,1,CS,26\r\n', 'checksum'],
    ['a line without end', 'Wg,3972', 'format'],
  ])('refuses %s', (_, line, reason) => {
    const octets = typeof line === 'string' ? asciiOctets(line) : line;
    expect(() => tanita.decode(octets)).toThrow(because(reason));
  });

  it('does not cut a line of weight gain at its recalled weight', () => {
    const line = asciiOctets('Gg,512,Rg,2868\r\n');
    const framer = new StreamFramer(tanitaLines);
    expect(framer.push(Uint8Array.of(...line, ...line))).toEqual([line, line]);
  });

  it('finds its lines behind the rubbish that a WB-3000 sends', () => {
    const line = telegram(`${head}Wk,82.7,`);
    const framer = new StreamFramer(tanitaLines);
    expect(framer.push(Uint8Array.of(...line, 0x80, 0xff, 0x7b, ...line))).toHaveLength(2);
  });
});
