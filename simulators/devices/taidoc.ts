import { fromHex, OctetReader, OctetWriter, toHex } from '@hemma/protocols/bytes.js';
import { taidocCommand } from '@hemma/protocols/profiles/taidoc.js';
import { fixedFrames, StreamFramer } from '@hemma/protocols/serial/framer.js';
import { taidocFrame, taidocTime } from '@hemma/protocols/serial/taidoc.js';
import type { SerialBehaviourFactory, SerialHost } from './common/model.js';
import { storingMeter } from './common/storing-meter.js';

const start = 0x51;
const toDevice = 0xa3;
const directionPlace = 6;
const commands = fixedFrames(8, (octet, place) => {
  if (place === 0) return octet === start;
  return place !== directionPlace || octet === toDevice;
});

/** TD-4277 in BCD, low octet first. */
const model = Uint8Array.of(0x77, 0x42, 0, 0);
const timeOctets = 4;

function recordAt({ store }: SerialHost, data: Uint8Array): Uint8Array | undefined {
  return store.all()[new OctetReader(data).uint16()]?.reading.octets;
}

function answerTo(command: number, data: Uint8Array, host: SerialHost): Uint8Array | undefined {
  const { store, deviceClock } = host;
  switch (command) {
    case taidocCommand.connect:
      return model;
    case taidocCommand.model:
      return model;
    case taidocCommand.readClock:
      return taidocTime.encode({ dateTime: deviceClock.now() });
    case taidocCommand.setClock:
      deviceClock.set(`${taidocTime.decode(data).dateTime}:00`);
      return data;
    case taidocCommand.count:
      return new OctetWriter().uint16(store.all().length).uint16(0).octets();
    case taidocCommand.recordTime:
      return recordAt(host, data)?.subarray(0, timeOctets);
    case taidocCommand.recordValue:
      return recordAt(host, data)?.subarray(timeOctets);
    default:
      return undefined;
  }
}

/** A meter of the TD-42xx series. */
export const taidoc: SerialBehaviourFactory = (host) => {
  const framer = new StreamFramer(commands);
  return storingMeter(host, (octets, send) => {
    for (const frame of framer.push(octets)) {
      const { command, data } = taidocFrame.decode(frame);
      const answer = answerTo(command, fromHex(data), host);
      if (answer === undefined) continue;
      send(taidocFrame.encode({ command, data: toHex(answer), direction: 'fromDevice' }));
    }
  });
};
