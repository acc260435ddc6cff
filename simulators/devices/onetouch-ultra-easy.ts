import { fromHex, OctetReader, toHex } from '@hemma/protocols/bytes.js';
import { lifescanLinkBit } from '@hemma/protocols/profiles/common/lifescan-link.js';
import { asciiOctets } from '@hemma/protocols/serial/fields.js';
import { StreamFramer } from '@hemma/protocols/serial/framer.js';
import { lifescanFrame, lifescanStream } from '@hemma/protocols/serial/lifescan-frame.js';
import {
  ultraEasyClock,
  ultraEasyCommands,
  ultraEasyCount,
  ultraEasyText,
} from '@hemma/protocols/serial/onetouch-ultra-easy.js';
import type { SerialSend } from '../serial/device.js';
import type { SerialBehaviourFactory, SerialHost } from './common/model.js';
import { storingMeter } from './common/storing-meter.js';

const setClock = '052001';
const recordCommand = '051f';
/** Octets before the argument of a command. */
const commandOctets = 2;

function answerTo(message: string, host: SerialHost): Uint8Array | null {
  const { store, deviceClock } = host;
  if (message === ultraEasyCommands.serialNumber)
    return ultraEasyText.encode(asciiOctets(host.serialNumber));
  if (message === ultraEasyCommands.count) return ultraEasyCount.encode(store.all().length);
  if (message.startsWith(setClock)) {
    // The time is told as the clock is: behind two octets of the answer's.
    deviceClock.set(ultraEasyClock.decode(fromHex(`0506${message.slice(setClock.length)}`)));
    return ultraEasyClock.encode(deviceClock.now());
  }
  if (message === ultraEasyCommands.readClock) return ultraEasyClock.encode(deviceClock.now());
  if (!message.startsWith(recordCommand)) return null;
  const index = new OctetReader(fromHex(message).subarray(commandOctets)).uint16();
  return store.all()[index]?.reading.octets ?? null;
}

/** A OneTouch UltraEasy: numbers its frames, and says each answer again until it is acknowledged. */
export const onetouchUltraEasy: SerialBehaviourFactory = (host) => {
  const framer = new StreamFramer(lifescanStream);
  let sent = 0;
  let expected = 0;

  function obey(frame: Uint8Array, send: SerialSend): void {
    const { linkControl, payload } = lifescanFrame.decode(frame);
    const say = (message: string, bits = 0): void =>
      send(lifescanFrame.encode({ linkControl: sent | expected | bits, payload: message }));
    if (linkControl & lifescanLinkBit.disconnect) {
      [sent, expected] = [0, 0];
      say('', lifescanLinkBit.disconnect);
      return;
    }
    if (linkControl & lifescanLinkBit.ack) return;
    expected ^= lifescanLinkBit.expected;
    say('', lifescanLinkBit.ack);
    const answer = answerTo(payload, host);
    if (answer === null) return;
    say(toHex(answer));
    // Twice: as if the acknowledgement of the first had come too late.
    if (host.habits.repeatsAnswers) say(toHex(answer));
    sent ^= lifescanLinkBit.sent;
  }

  return storingMeter(host, (octets, send) => {
    for (const frame of framer.push(octets)) obey(frame, send);
  });
};
