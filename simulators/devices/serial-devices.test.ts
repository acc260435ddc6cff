import { device as scale } from '@hemma/protocols/devices/and-serial-scale.js';
import { device as onyx } from '@hemma/protocols/devices/nonin-onyx-9560.js';
import { device as wristox } from '@hemma/protocols/devices/nonin-wristox-serial.js';
import { device as lungMonitor } from '@hemma/protocols/devices/vitalograph-lung-monitor.js';
import { device as xpod } from '@hemma/protocols/devices/nonin-xpod-serial.js';
import type { SerialDevice } from '@hemma/protocols/device.js';
import { fromHex } from '@hemma/protocols/bytes.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { noninSerial } from '@hemma/protocols/profiles/nonin-serial.js';
import { describe, expect, it } from 'vitest';
import { settle } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import type { SerialSend } from '../serial/device.js';
import type { Taken } from './common/model.js';
import { DirectSerialConversation } from './direct-conversation.js';
import { VirtualLineDevice } from './virtual-device.js';

const oxygen: Taken = {
  kind: 'spo2',
  values: [
    { code: 'spo2', value: 92 },
    { code: 'pulse_rate', value: 81 },
  ],
};
const weight: Taken = { kind: 'body_weight', values: [{ code: 'body_weight', value: 81.4 }] };

function plugged(device: SerialDevice, pieceOctets = 7) {
  const clock = new ManualClock();
  const virtual = new VirtualLineDevice(device, { clock, serialNumber: '501493200' });
  const open = () => new DirectSerialConversation(virtual, { clock }, pieceOctets);
  return { clock, virtual, open };
}

const format7: SerialDevice = { ...wristox, id: 'format-7', profile: noninSerial({ format: 7 }) };

describe('a Nonin oximeter that streams', () => {
  it.each([wristox, xpod, format7])('$id: gives one reading for each finger', async (device) => {
    const { clock, virtual, open } = plugged(device);
    const conversation = open();
    const talking = device.profile.converse(conversation);
    await clock.advance(20_000);
    for (let finger = 0; finger < 2; finger += 1) {
      virtual.record(oxygen);
      await clock.advance(70_000);
    }
    conversation.leave();
    await settle(clock, talking);
    const { readings, refusals } = conversation.heard;
    expect(refusals).toEqual([]);
    expect(readings.map(({ values, failure }) => ({ values, failure }))).toEqual([
      { values: oxygen.values, failure: null },
      { values: oxygen.values, failure: null },
    ]);
  });

  it('gives a failed attempt when the finger is out too early', async () => {
    const { clock, virtual, open } = plugged(xpod);
    const conversation = open();
    const talking = xpod.profile.converse(conversation);
    virtual.record(oxygen);
    await clock.advance(20_000);
    conversation.leave();
    await settle(clock, talking);
    expect(conversation.heard.readings.map(({ failure }) => failure)).toEqual(['sensor_off']);
  });

  it('says its number, and is told the long command when it refuses the short one', async () => {
    const { clock, open } = plugged(wristox);
    const conversation = open();
    const talking = wristox.profile.converse(conversation);
    await clock.advance(10_000);
    conversation.leave();
    await settle(clock, talking);
    expect(conversation.heard.information.serialNumber).toBe('501493200');
    expect(conversation.heard.operations).toHaveLength(3);
  });

  it('reads the same in pieces of any size', async () => {
    for (const pieceOctets of [1, 2, 3, 125, 1_000]) {
      const { clock, virtual, open } = plugged(xpod, pieceOctets);
      const conversation = open();
      const talking = xpod.profile.converse(conversation);
      virtual.record(oxygen);
      await clock.advance(70_000);
      conversation.leave();
      await settle(clock, talking);
      expect(conversation.heard.readings).toHaveLength(1);
    }
  });
});

describe('a Nonin oximeter with spot checks', () => {
  it('sends stored ones first, oldest first, and its clock is told before it is set', async () => {
    const { clock, virtual, open } = plugged(onyx);
    const stored = [];
    for (let i = 0; i < 3; i += 1) {
      stored.push(virtual.record(oxygen));
      await clock.advance(120_000);
    }
    const conversation = open();
    const talking = onyx.profile.converse(conversation);
    await clock.advance(30_000);
    virtual.record(oxygen);
    await clock.advance(60_000);
    conversation.leave();
    await settle(clock, talking);
    const { readings, deviceClocks } = conversation.heard;
    expect(deviceClocks).toHaveLength(1);
    expect(readings.slice(0, 3).map(({ deviceTime }) => deviceTime)).toEqual(
      stored.map(({ deviceTime }) => deviceTime),
    );
    expect(readings.map(({ flags }) => flags)).toEqual([
      ['stored_before_connection'],
      ['stored_before_connection'],
      ['stored_before_connection'],
      [],
    ]);
  });
});

describe('a scale that sends lines', () => {
  it('gives one reading for each weighing', async () => {
    const { clock, virtual, open } = plugged(scale, 3);
    const conversation = open();
    const talking = scale.profile.converse(conversation);
    for (let weighing = 0; weighing < 3; weighing += 1) {
      virtual.record(weight);
      await clock.advance(30_000);
    }
    conversation.leave();
    await settle(clock, talking);
    expect(conversation.heard.readings.map(({ values }) => values)).toEqual([
      weight.values,
      weight.values,
      weight.values,
    ]);
  });

  it('gives one reading while it repeats its stable line, the next after a silence', async () => {
    const clock = new ManualClock();
    const line: { send: SerialSend } = { send: () => undefined };
    const repeating = {
      onOpened: (send: SerialSend) => (line.send = send),
      onOctets: () => undefined,
      onClosed: () => undefined,
    };
    const conversation = new DirectSerialConversation(repeating, { clock });
    const talking = scale.profile.converse(conversation);
    const stable = fromHex('53542c2b3038312e34306b670d0a');
    for (const weighing of [1, 2]) {
      for (let repeat = 0; repeat < 8; repeat += 1) {
        line.send(stable);
        await clock.advance(300);
      }
      await clock.advance(10_000);
      expect(conversation.heard.readings).toHaveLength(weighing);
    }
    conversation.leave();
    await settle(clock, talking);
  });

  it('is left when it only sends rubbish', async () => {
    const { clock } = plugged(scale);
    const rubbish = new Uint8Array(30_000).fill(0xa5);
    const conversation = new DirectSerialConversation(
      { onOpened: (send) => send(rubbish), onOctets: () => undefined, onClosed: () => undefined },
      { clock },
    );
    const ended = scale.profile.converse(conversation).then(
      () => null,
      (error: unknown) => error,
    );
    expect(await settle(clock, ended)).toMatchObject({ code: 'device_rubbish' });
    expect(conversation.heard.readings).toEqual([]);
  });
});

describe('a lung monitor that forgets what is acknowledged', () => {
  const blown: Taken = { kind: 'spirometry', values: [{ code: 'fev1', value: 2.41 }] };

  it('gives every blow once, those of before first', async () => {
    const { clock, virtual, open } = plugged(lungMonitor);
    const measured = [virtual.record(blown)];
    await clock.advance(60_000);
    measured.push(virtual.record(blown));
    const conversation = open();
    const talking = lungMonitor.profile.converse(conversation);
    await clock.advance(10_000);
    measured.push(virtual.record(blown));
    await clock.advance(10_000);
    conversation.leave();
    await settle(clock, talking);
    expect(conversation.heard.readings).toEqual(measured);
  });

  it('keeps a blow that did not become durable, and sends it again', async () => {
    const { clock, virtual, open } = plugged(lungMonitor);
    virtual.record(blown);
    const full = open();
    full.take = () => Promise.reject(new CodedError('disk_full'));
    const ended = lungMonitor.profile.converse(full).catch((error: unknown) => error);
    expect(await settle(clock, ended)).toMatchObject({ code: 'disk_full' });
    expect(full.heard.operations).toEqual([]);
    full.leave();
    const conversation = open();
    const talking = lungMonitor.profile.converse(conversation);
    await clock.advance(10_000);
    conversation.leave();
    await settle(clock, talking);
    expect(conversation.heard.readings).toHaveLength(1);
  });

  it('is asked again for a frame that was damaged', async () => {
    const clock = new ManualClock();
    const good = fromHex(lungMonitor.samples[0]!.octets);
    const damaged = good.slice();
    damaged[20] = 0x39;
    const answers: number[] = [];
    const line: { send: SerialSend } = { send: () => undefined };
    const monitor = {
      onOpened: (send: SerialSend) => {
        line.send = send;
        send(damaged);
      },
      onOctets: (octets: Uint8Array) => {
        answers.push(...octets);
        if (octets[0] === 0x15) line.send(good);
      },
      onClosed: () => undefined,
    };
    const conversation = new DirectSerialConversation(monitor, { clock });
    const talking = lungMonitor.profile.converse(conversation);
    await clock.advance(5_000);
    conversation.leave();
    await settle(clock, talking);
    expect(answers).toEqual([0x15, 0x06]);
    expect(conversation.heard.readings).toHaveLength(1);
    expect(conversation.heard.refusals).toEqual(['checksum']);
  });
});
