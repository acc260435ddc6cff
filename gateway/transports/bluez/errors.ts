import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { BusRefusal } from './bus.js';

/**
 * What the errors of BlueZ and of the bus mean. The names are those of `src/error.c` in BlueZ; where
 * the name says too little, the text is looked at, as `create_gatt_dbus_error` writes it.
 */

/** The link is not encrypted as it must be: BlueZ's words for ATT errors 0x05, 0x0c and 0x0f. */
const unencrypted = /not paired|ATT error: 0x0(5|8|c|f)$/i;

const byName: Readonly<Record<string, ErrorCode>> = {
  'org.bluez.Error.NotReady': 'adapter_unavailable',
  'org.bluez.Error.NotAvailable': 'adapter_unavailable',
  'org.bluez.Error.Blocked': 'adapter_unavailable',
  'org.bluez.Error.NoSuchAdapter': 'adapter_unavailable',
  'org.bluez.Error.NotConnected': 'link_lost',
  'org.bluez.Error.DoesNotExist': 'link_lost',
  'org.bluez.Error.ConnectionAttemptFailed': 'link_lost',
  // Another call is under way; that is no word of the device.
  'org.bluez.Error.InProgress': 'device_timeout',
  'org.freedesktop.DBus.Error.UnknownObject': 'link_lost',
  'org.freedesktop.DBus.Error.UnknownMethod': 'link_lost',
  'org.freedesktop.DBus.Error.UnknownInterface': 'link_lost',
  'org.freedesktop.DBus.Error.ServiceUnknown': 'bluetooth_stopped',
  'org.freedesktop.DBus.Error.NameHasNoOwner': 'bluetooth_stopped',
  // The bus says so of a bluetoothd that ended before it had answered.
  'org.freedesktop.DBus.Error.NoReply': 'bluetooth_stopped',
  'org.freedesktop.DBus.Error.Disconnected': 'bus_unavailable',
  'org.freedesktop.DBus.Error.AccessDenied': 'bluetooth_denied',
};

const notPairing = /\.Authentication(Failed|Rejected|Canceled|Timeout)$/;

/** A connection was refused, aborted or never came about: `src/error.c`, `btd_error_str`. */
const noConnection = /^(le|br)-connection-|not ready|not powered|operation already/i;

/**
 * Gives what a call rejected with a code. `bonded`: whether BlueZ keeps a key of this device, which
 * tells a lost bond from one that never was.
 */
export function bluezError(error: unknown, bonded: boolean): CodedError {
  if (error instanceof CodedError) return error;
  if (!(error instanceof BusRefusal)) throw error;
  return new CodedError(codeOf(error, bonded), undefined, { cause: error });
}

function codeOf({ refusal, text }: BusRefusal, bonded: boolean): ErrorCode {
  if (notPairing.test(refusal) || unencrypted.test(text))
    return bonded ? 'bond_lost' : 'bond_required';
  const known = byName[refusal];
  if (known !== undefined) return known;
  if (/not (ready|powered)/i.test(text)) return 'adapter_unavailable';
  if (noConnection.test(text) || /not connected/i.test(text)) return 'link_lost';
  return 'device_refused';
}

/** Whether the refusal has this name, without its `org.bluez.Error.`. */
export function isRefusal(error: unknown, name: string): boolean {
  return error instanceof BusRefusal && error.refusal === `org.bluez.Error.${name}`;
}
