import { describe, expect, it } from 'vitest';
import { fromHex } from '../bytes.js';
import { cms50Live, cms50Recorded } from './contec-cms50-v5.js';
import { cms50Packet } from './contec-cms50-v7.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('Contec CMS50D+', () => {
  it('joins the parts of a high pulse rate', () => {
    expect(cms50Live.decode(fromHex('cf7f7f485f'))).toStrictEqual({
      signalStrength: 15,
      fingerOut: false,
      droppingSpo2: false,
      beep: true,
      pulseWaveform: 127,
      barGraph: 15,
      probeError: true,
      searching: true,
      pulseRate: 200,
      spo2: 95,
    });
    expect(cms50Recorded.decode(fromHex('f1c85f'))).toStrictEqual({ pulseRate: 200, spo2: 95 });
  });

  it.each(['80800000 00', '8000008000', '8000000080', '8000800000'])('refuses %s', (hex) => {
    expect(() => cms50Live.decode(fromHex(hex))).toThrow(because('sync'));
  });

  it.each(['e0c861', 'f04861', 'f0c8e1'])('refuses the sample %s', (hex) => {
    expect(() => cms50Recorded.decode(fromHex(hex))).toThrow(because('sync'));
  });

  it('gives stored samples of protocol 7, null where there is none', () => {
    const packet = cms50Packet.encode({ packetType: 0x0f, data: '61487fff0000' });
    expect(cms50Packet.decode(packet)).toStrictEqual({
      packetType: 0x0f,
      data: '61487fff0000',
      kind: 'storage',
      samples: [
        { spo2: 97, pulseRate: 72 },
        { spo2: null, pulseRate: null },
        { spo2: null, pulseRate: null },
      ],
    });
    const withIndex = cms50Packet.encode({ packetType: 0x09, data: '61c82003' });
    expect(cms50Packet.decode(withIndex)).toMatchObject({
      samples: [{ spo2: 97, pulseRate: 200 }],
    });
  });

  it('gives null for what a realtime packet marks as missing', () => {
    const packet = cms50Packet.encode({
      packetType: 1,
      data: '108000ff7fffff',
    });
    expect(cms50Packet.decode(packet)).toMatchObject({
      searchingTooLong: true,
      searchingPulse: true,
      pulseRate: null,
      spo2: null,
      perfusionIndexRaw: null,
    });
  });

  it.each([
    ['a realtime packet that is too short', '01808ac095', 'length'],
    ['a storage packet that is too short', '0f808ac095', 'length'],
    ['ten octets', '00808080808080808080', 'length'],
    ['a type octet with bit 7', '808080', 'sync'],
    ['a data octet without it', '00808000', 'sync'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => cms50Packet.decode(fromHex(hex))).toThrow(because(reason));
  });
});
