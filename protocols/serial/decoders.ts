/** The serial and vendor codecs as tables, for the decode command and the vector tests. */
import type { Decode } from '../codec.js';
import { andesfitSpirometer } from '../vendor/andesfit-spirometer.js';
import { decodeContecFrame } from '../vendor/contec-seven-bit.js';
import { contecSpirometer } from '../vendor/contec-spirometer.js';
import { ihealthRecord } from '../vendor/ihealth-kn550bt.js';
import { microlifeFrame, microlifeRecords } from '../vendor/microlife.js';
import { noninContinuous } from '../vendor/nonin-ble-oximetry.js';
import { omronBp14, omronClock } from '../vendor/omron-record.js';
import { omronTransferFrame } from '../vendor/omron-transfer-frame.js';
import { verioFrame } from '../vendor/onetouch-verio.js';
import { yonkerBp } from '../vendor/yonker-bp.js';
import { accuChekDiary } from './accu-chek-diary.js';
import { andPbtBloodPressure } from './and-pbt-blood-pressure.js';
import { andSerialWeight } from './and-serial-weight.js';
import { astmFrame } from './astm-contour.js';
import { cms50Live, cms50Recorded } from './contec-cms50-v5.js';
import { cms50Packet } from './contec-cms50-v7.js';
import { association } from './ieee11073-association.js';
import { scanReport } from './ieee11073-report.js';
import { lifescanFrame } from './lifescan-frame.js';
import { noninCommand } from './nonin-commands.js';
import { noninDf13 } from './nonin-df13.js';
import { noninDf2 } from './nonin-df2.js';
import { noninDf8 } from './nonin-df8.js';
import { noninDf2Frame, noninDf7Frame } from './nonin-frame.js';
import { noninMemory } from './nonin-memory.js';
import { noninDf7Packet } from './nonin-packet.js';
import { noninSerialNumber } from './nonin-serial-number.js';
import { ultra2Line } from './onetouch-ultra2.js';
import { taidocFrame, taidocTime } from './taidoc.js';
import { tanita } from './tanita.js';
import { vitalograph } from './vitalograph.js';

/** A codec whose value type is not known here: encode takes only what the same codec decoded. */
export interface TableCodec {
  readonly decode: Decode<unknown>;
  readonly encode: (value: never) => Uint8Array;
}

/** The codecs that also encode, by the name of their vector file without `.json`. */
export const serialCodecs: Readonly<Record<string, TableCodec>> = {
  'accu-chek-mobile-diary-csv': accuChekDiary,
  'and-pbt-blood-pressure': andPbtBloodPressure,
  'and-serial-weight': andSerialWeight,
  'andesfit-spirometer': andesfitSpirometer,
  'astm-contour-frame': astmFrame,
  'contec-cms50-v5-live': cms50Live,
  'contec-cms50-v5-recorded': cms50Recorded,
  'contec-cms50-v7': cms50Packet,
  'contec-sp-spirometer-record': contecSpirometer,
  'ieee11073-20601-association': association,
  'ieee11073-20601-fixed-report': scanReport,
  'ihealth-kn550bt-record': ihealthRecord,
  'lifescan-binary-frame': lifescanFrame,
  'microlife-frame': microlifeFrame,
  'microlife-records': microlifeRecords,
  'nonin-ble-continuous-oximetry': noninContinuous,
  'nonin-memory-playback': noninMemory,
  'nonin-serial-commands': noninCommand,
  'nonin-serial-df13': noninDf13,
  'nonin-serial-df2': noninDf2,
  'nonin-serial-df2-frame': noninDf2Frame,
  'nonin-serial-df7': noninDf7Frame,
  'nonin-serial-df7-packet': noninDf7Packet,
  'nonin-serial-df8': noninDf8,
  'nonin-serial-number-response': noninSerialNumber,
  'omron-eeprom-bp14': omronBp14,
  'omron-eeprom-time': omronClock,
  'omron-transfer-frame': omronTransferFrame,
  'onetouch-ultra2-ascii': ultra2Line,
  'onetouch-verio-ble-frame': verioFrame,
  'taidoc-td42xx': taidocFrame,
  'taidoc-td42xx-datetime': taidocTime,
  'tanita-serial': tanita,
  'vitalograph-lung-monitor': vitalograph,
  'yonker-bp': yonkerBp,
};

/** Every decoder, by the name of its vector file without `.json`. */
export const serialDecoders: Readonly<Record<string, Decode<unknown>>> = {
  ...Object.fromEntries(Object.entries(serialCodecs).map(([name, codec]) => [name, codec.decode])),
  'contec-beurer-7bit-frames': decodeContecFrame,
};
