import { z } from 'zod';
import { join } from 'node:path';
import { languages } from '@hemma/protocols/plans/text.js';
import { gatewayIdSchema, patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import { logLevels } from '@hemma/runtime/log.js';

/** The one manifest of settings: type, default, check and help of each. */

/** More devices than a home has; the roster is looked through for every advertisement. */
const maxDevices = 64;
/** With the model it makes an identity, which has room for 80 characters. */
const maxSerialNumber = 30;

/** User Data Service 1.1 §3.2.2: 255 is the unknown user; codes have four digits. */
const maxUser = 254;
const maxConsentCode = 9_999;

/** More users than any device of the catalogue has. */
const maxSlots = 16;

/** A moment with its offset from UTC: what a hand-over writes down. */
const moment = z.iso.datetime({ offset: true, error: 'A moment: 2026-01-15T09:00:00+01:00.' });

/** Months of an ordinary home; a stream of one value a second fills it in a week. */
export const traceDefaults = { maxFiles: 200, maxMiB: 64 } as const;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('sv-SE', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Both noble packages have one API; the second is no longer maintained. */
export const nobleLibraries = ['stoprocent', 'abandonware'] as const;
export type NobleLibrary = (typeof nobleLibraries)[number];

/** How the gateway comes to its radio. */
const bluetooths = ['bluez', 'noble', 'off'] as const;
export type Bluetooth = (typeof bluetooths)[number];

/** Who measures with a device. */
export const deviceUses = ['own', 'shared', 'visiting'] as const;
export type DeviceUse = (typeof deviceUses)[number];

/** One shape for both transports, so that a misspelt setting is named as such. */
const device = z
  .strictObject({
    model: z.string().describe('Id of the device file, see `hemma-gateway devices`.'),
    address: z
      .string()
      .regex(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/i, 'A Bluetooth address: AA:BB:CC:DD:EE:FF.')
      .transform((address) => address.toUpperCase())
      .optional()
      .describe('Bluetooth address; of a device with Bluetooth.'),
    port: z
      .string()
      .min(1)
      .optional()
      .describe('Serial port, e.g. /dev/ttyUSB0; of a device on a line.'),
    serialNumber: z
      .string()
      .regex(/^[\x20-\x7e]+$/, 'Printable ASCII only: it becomes part of an identity.')
      .max(maxSerialNumber)
      .optional()
      .describe('Printed on a device on a line: tells this copy from others of its model.'),
    consent: z
      .strictObject({
        user: z.int().min(0).max(maxUser).describe('Number of the user in the device.'),
        code: z.int().min(0).max(maxConsentCode).describe('Consent code of that user.'),
      })
      .optional()
      .describe('Which user of a scale with users the patient is: the code that the scale shows.'),
    patient: patientRefSchema.optional().describe('Whose it is, if not the patient of the home.'),
    users: z
      .array(
        z.strictObject({
          slot: z.int().min(0).max(maxUser).describe('Number of the user in the device.'),
          patient: patientRefSchema.describe('Which patient that is.'),
        }),
      )
      .min(1)
      .max(maxSlots)
      .optional()
      .describe('Which user slot is which patient; readings of other slots are asked about.'),
    use: z
      .enum(deviceUses)
      .default('shared')
      .describe(
        'Who measures with it. "own": the patient alone. "shared": others in the home may, so what is ' +
          'far from the course of the patient is asked about. "visiting": it comes along with ' +
          'somebody who measures others too, so every reading is.',
      ),
    lentFrom: moment
      .optional()
      .describe('When this device was handed over, if not with the gateway: older records stay.'),
  })
  .refine(({ address, port }) => (address === undefined) !== (port === undefined), {
    error: 'A device has either an address or a port.',
  })
  .refine(({ port, serialNumber }) => (port === undefined) === (serialNumber === undefined), {
    error: 'A port goes with the serialNumber of the device on it.',
  });

export const settingsSchema = z.strictObject({
  gateway: gatewayIdSchema.describe('Id of this gateway, as the cloud gave it.'),
  secret: z.string().min(1).describe('Secret of this gateway, as the cloud gave it.'),
  patient: patientRefSchema.describe('Reference of the patient of this home; never a name.'),
  lentFrom: moment
    .optional()
    .describe('When gateway and devices were handed over: records from before are never sent.'),
  broker: z
    .url({ protocol: /^mqtts?$/, error: 'The URL of the broker: mqtt://host:port or mqtts://….' })
    .describe('mqtt://host:port, or mqtts:// with TLS.'),
  dataDir: z.string().min(1).describe('Folder of the outbox.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'Not a time zone known here, e.g. Europe/Stockholm.')
    .default('Europe/Stockholm')
    .describe('Zone of the clocks in this home.'),
  language: z
    .enum(languages)
    .default('sv')
    .describe('Of what people in this home are asked: sv or en.'),
  devices: z
    .array(device)
    .max(maxDevices)
    .default([])
    .describe('The devices of this home; everything else that is heard is left alone.'),
  bluetooth: z
    .enum(bluetooths)
    .optional()
    .describe(
      '"bluez": through bluetoothd, which keeps bonds; "noble": without bonds, where there is no ' +
        'bluetoothd; "off": not at all. Default: "bluez" on Linux, elsewhere "noble".',
    ),
  bluez: z
    .strictObject({
      adapter: z
        .string()
        .regex(/^hci[0-9]{1,3}$/, 'The name of an adapter: hci0.')
        .optional()
        .describe('Which adapter, e.g. hci0; the first unless given.'),
    })
    .prefault({})
    .describe('Bluetooth through BlueZ.'),
  noble: z
    .strictObject({
      library: z.enum(nobleLibraries).default('stoprocent').describe('Which noble package.'),
      unbonded: z
        .enum(['refuse', 'try'])
        .default('refuse')
        .describe('"try" speaks without a bond with devices that need one: virtual devices.'),
    })
    .prefault({})
    .describe('Bluetooth through noble.'),
  healing: z
    .strictObject({
      helper: z
        .string()
        .min(1)
        .default('/run/hemma-helper.sock')
        .describe('Socket of hemma-helper, which does what only root may do.'),
      onlyLog: z
        .boolean()
        .default(false)
        .describe('Writes down what the helper would be asked for, and asks it for nothing.'),
    })
    .prefault({})
    .describe('How a radio that does not work any more is mended.'),
  clock: z
    .enum(['auto', 'trusted'])
    .default('auto')
    .describe('"trusted": the machine keeps its clock right; "auto": wait for a time source.'),
  outbox: z
    .strictObject({
      maxRows: z
        .int()
        .min(1_000)
        .max(2_000_000)
        .default(100_000)
        .describe('Measurements kept; the oldest go first.'),
      maxMiB: z
        .int()
        .min(1)
        .max(4_096)
        .default(128)
        .describe('Their size in MiB; the file is larger.'),
      maxAgeDays: z
        .int()
        .min(1)
        .max(365)
        .default(30)
        .describe('Days that are kept after the cloud has them.'),
    })
    .prefault({})
    .describe('What is kept at home: rows, size, and how long after the cloud has it.'),
  trace: z
    .strictObject({
      folder: z.string().min(1).describe('Folder of the traces; only the gateway may read it.'),
      maxFiles: z.int().min(4).max(10_000).default(traceDefaults.maxFiles).describe('Files kept.'),
      maxMiB: z
        .int()
        .min(1)
        .max(4_096)
        .default(traceDefaults.maxMiB)
        .describe('Their size in MiB.'),
    })
    .optional()
    .describe(
      'Records everything that devices say, as one file for each connection; off unless given, ' +
        'because it holds measured values. The oldest files go first: how many, and how much.',
    ),
  page: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether the patient page is served at all.'),
      host: z
        .string()
        .min(1)
        .default('127.0.0.1')
        .describe('Where it is heard: 0.0.0.0 lets the home network see it. There is no sign-in.'),
      port: z.int().min(0).max(65_535).default(8_480).describe('0 takes any free one.'),
      names: z
        .array(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'A host name in small letters.'))
        .max(8)
        .default([])
        .describe('Host names beside addresses and localhost by which browsers may ask.'),
    })
    .prefault({})
    .describe('The page for people in the home: what to do now, and what came of it.'),
  lamp: z
    .string()
    .regex(/^[A-Za-z0-9_:-]{1,64}$/, 'The name of an LED of the kernel: hemma.')
    .optional()
    .describe(
      'A lamp or buzzer on a GPIO pin, by its name in /sys/class/leds: on while a measurement is to ' +
        'be repeated, and for half a minute when the plan reminds. Without it the log alone tells.',
    ),
  logLevel: z.enum(logLevels).default('info').describe('What is logged, on standard error.'),
});

export type Settings = z.output<typeof settingsSchema>;

/** Where a gateway remembers what it was told to ask. */
export function promptsFileIn(dataDir: string): string {
  return join(dataDir, 'prompts.sqlite');
}

/** What the home goes by: messages and marks, and beside them the schedules. */
export function homeFilesIn(dataDir: string): { file: string; scheduleFile: string } {
  return {
    file: join(dataDir, 'home.sqlite'),
    scheduleFile: join(dataDir, 'schedules.sqlite'),
  };
}

/** Where a gateway remembers what it did for its radio. */
export function healingFileIn(dataDir: string): string {
  return join(dataDir, 'healing.sqlite');
}

/** Where a gateway keeps its measurements. */
export function outboxFileIn(dataDir: string): string {
  return join(dataDir, 'outbox.sqlite');
}
