/**
 * A trace: everything that crossed one link to a device, as JSON lines. The first line says which
 * device it was and when; every further line is one event. The format is open and documented in
 * `docs/formats/trace.md`; a released version stays readable.
 */
import { z } from 'zod';

export const traceVersion = 1;

/** One read of a serial port gives so many octets at most. */
const maxOctets = 65_536;
/** Services of a device: ten times what the largest attribute tables in homes have. */
export const maxServices = 256;
/** Characteristics of a device: ten times what the largest attribute tables in homes have. */
export const maxCharacteristics = 1_024;
/** Characters of a name, an address or a path: longer than any that devices and platforms have. */
const maxName = 1_024;

const uuid = z.string().regex(/^([0-9a-f]{4}|[0-9a-f]{32})$/);
const octets = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/)
  .max(2 * maxOctets);

/** Both clocks. */
const moment = {
  /** Monotonic milliseconds: order, and the time between events. */
  ms: z.number().nonnegative(),
  /** Milliseconds since 1970 UTC by the wall clock, and what that is worth. */
  wall: z.number().min(0).max(8.64e15),
  trust: z.enum(['synced', 'restored', 'unknown']),
};

export const traceProperties = [
  'read',
  'write',
  'writeWithoutResponse',
  'notify',
  'indicate',
] as const;

const characteristic = z.strictObject({
  uuid,
  /** Null: whoever recorded could not see them. */
  properties: z.array(z.enum(traceProperties)).nullable(),
});

const service = z.strictObject({
  /** Null: whoever recorded could not see which service these belong to. */
  service: uuid.nullable(),
  characteristics: z.array(characteristic).max(maxCharacteristics),
});

const advertisement = z.strictObject({
  name: z.string().max(maxName).nullable(),
  services: z.array(uuid).max(maxServices),
  manufacturerData: octets.nullable(),
});

const common = {
  trace: z.literal(traceVersion),
  /** Which program made it. */
  source: z.string().max(maxName),
  /** Tells whether the monotonic clocks of two traces can be compared; null when unknown. */
  bootId: z.string().max(maxName).nullable(),
  ...moment,
};

const gattHeader = z.strictObject({
  ...common,
  transport: z.literal('gatt'),
  /** As in {@link Advertisement}; null when a capture began in the middle of a connection. */
  address: z.string().max(maxName).nullable(),
  advertisement: advertisement.nullable(),
  services: z.array(service).max(maxServices + 1),
});

const serialHeader = z.strictObject({
  ...common,
  transport: z.literal('serial'),
  port: z.string().max(maxName),
  line: z.strictObject({
    baudRate: z.int().positive(),
    dataBits: z.literal([7, 8]),
    parity: z.enum(['none', 'even', 'odd']),
    stopBits: z.literal([1, 2]),
  }),
});

export const traceHeaderSchema = z.discriminatedUnion('transport', [gattHeader, serialHeader]);

const requests = ['read', 'write', 'subscribe', 'unsubscribe'] as const;

/** The line of one event: what happened, and when. */
export const traceEventSchema = z.discriminatedUnion('event', [
  /** The device answered a read. */
  z.strictObject({ event: z.literal('read'), characteristic: uuid, octets, ...moment }),
  /** A write was asked for; a refusal follows as `failed`. */
  z.strictObject({ event: z.literal('write'), characteristic: uuid, octets, ...moment }),
  /** Notifications or indications were asked for, or given up. */
  z.strictObject({ event: z.literal('subscribe'), characteristic: uuid, ...moment }),
  z.strictObject({ event: z.literal('unsubscribe'), characteristic: uuid, ...moment }),
  /** The device sent a value by itself; `way` where the recorder could see it. */
  z.strictObject({
    event: z.literal('value'),
    characteristic: uuid,
    octets,
    way: z.enum(['notify', 'indicate']).optional(),
    ...moment,
  }),
  /** A request came to nothing: a code of `protocols/errors.ts`, or `att_` and an ATT error code. */
  z.strictObject({
    event: z.literal('failed'),
    request: z.enum(requests),
    characteristic: uuid,
    code: z.string().max(maxName),
    ...moment,
  }),
  /** Octets of a serial line: from the device, and to the device. */
  z.strictObject({ event: z.literal('in'), octets, ...moment }),
  z.strictObject({ event: z.literal('out'), octets, ...moment }),
  /**
   * `closed`: the recording side ended the link; `lost`: the device left or was lost; `cut`: the
   * recording ends here, the link may have gone on.
   */
  z.strictObject({
    event: z.literal('end'),
    reason: z.enum(['closed', 'lost', 'cut']),
    ...moment,
  }),
]);

export type Moment = z.infer<z.ZodObject<typeof moment>>;
export type TraceProperty = (typeof traceProperties)[number];
export type TraceRequest = (typeof requests)[number];
export type ServiceLayout = z.infer<typeof service>;
export type TraceAdvertisement = z.infer<typeof advertisement>;
export type GattTraceHeader = z.infer<typeof gattHeader>;
export type SerialTraceHeader = z.infer<typeof serialHeader>;
export type TraceHeader = z.infer<typeof traceHeaderSchema>;
export type TraceEvent = z.infer<typeof traceEventSchema>;
type Undated<E> = E extends unknown ? Omit<E, keyof Moment> : never;
/** What happened, without when. */
export type TraceHappening = Undated<TraceEvent>;

export interface GattTrace {
  readonly header: GattTraceHeader;
  readonly events: readonly TraceEvent[];
}
export interface SerialTrace {
  readonly header: SerialTraceHeader;
  readonly events: readonly TraceEvent[];
}
export type Trace = GattTrace | SerialTrace;
