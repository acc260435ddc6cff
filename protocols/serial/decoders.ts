/** The serial and vendor codecs as tables, for the decode command, the catalogue and the vector tests. */
import type { Decode } from '../codec.js';
import { andPbtBloodPressure } from './and-pbt-blood-pressure.js';
import { andSerialWeight } from './and-serial-weight.js';
import { noninCommand } from './nonin-commands.js';
import { noninDf13 } from './nonin-df13.js';
import { noninDf2 } from './nonin-df2.js';
import { noninDf8 } from './nonin-df8.js';
import { noninDf2Frame, noninDf7Frame } from './nonin-frame.js';
import { noninMemory } from './nonin-memory.js';
import { noninDf7Packet } from './nonin-packet.js';
import { noninSerialNumber } from './nonin-serial-number.js';

/** A codec whose value type is not known here: encode takes only what the same codec decoded. */
export interface TableCodec {
  readonly decode: Decode<unknown>;
  readonly encode: (value: never) => Uint8Array;
}

/** The codecs that also encode, by the name of their vector file without `.json`. */
export const serialCodecs: Readonly<Record<string, TableCodec>> = {
  'and-pbt-blood-pressure': andPbtBloodPressure,
  'and-serial-weight': andSerialWeight,
  'nonin-memory-playback': noninMemory,
  'nonin-serial-commands': noninCommand,
  'nonin-serial-df13': noninDf13,
  'nonin-serial-df2': noninDf2,
  'nonin-serial-df2-frame': noninDf2Frame,
  'nonin-serial-df7': noninDf7Frame,
  'nonin-serial-df7-packet': noninDf7Packet,
  'nonin-serial-df8': noninDf8,
  'nonin-serial-number-response': noninSerialNumber,
};

/** Every decoder, by the name of its vector file without `.json`. */
export const serialDecoders: Readonly<Record<string, Decode<unknown>>> = Object.fromEntries(
  Object.entries(serialCodecs).map(([name, codec]) => [name, codec.decode]),
);
