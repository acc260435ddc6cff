import type { GattDevice } from '../device.js';
import { omronMemory, omronMemoryServiceUuid } from '../profiles/omron-memory.js';

/** Upper arm monitor of one user with 14 records in an EEPROM. */
export const device: GattDevice = {
  id: 'omron-hem-7142t2',
  maker: 'Omron',
  model: 'HEM-7142T2 (M2 Intelli IT)',
  kind: 'bp_monitor',
  ladder: 'keeps-time',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'BLEsmart_', anyService: [omronMemoryServiceUuid] },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: omronMemory({
    users: [{ address: 0x02e8, slots: 14 }],
    slotOctets: 14,
    clockAddress: 0x028c,
  }),
  sources: [
    'eigger/hass-omron, device catalogue, unlocking and memory protocol',
    'userx14/omblepy',
    'eigger/hass-omron, device logs in its tests',
  ],
  notes: [
    'The bond is just works; the monitor then wants four octets back before its memory opens.',
    'Records lie in slots and are read from all of them; nothing is written and nothing is cleared.',
    'The clock is read from the memory. It is not set: that would be a write into the EEPROM.',
    'Cuff fit, movement, irregular pulse and position are in the record.',
    'Bluetooth is on for a moment after a measurement or a key press, and for one paired central at a time: a phone with the application of the maker locks the gateway out.',
    'Whether an answer that is longer than a notification comes in pieces is not verified; pieces are put together.',
    'Whether the memory is cleared after a transfer by other applications is not verified.',
    'Depth of the memory (14 records) is that of the public catalogue; it is not verified on a monitor.',
  ],
  samples: [
    {
      title: '126/88, logged from a monitor',
      octets: '6558541a331ade1800004c00ba00',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 126, diastolic_bp: 88, pulse_rate: 84 },
        failure: null,
      },
    },
  ],
};
