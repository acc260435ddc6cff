import type { RadioFault, Step } from '../../gateway/healing/steps.js';

/** Twenty ways in which radios are known to fail, each with where it was told of. */

export interface Ailment {
  readonly title: string;
  /** Public issue, `repository#number`. */
  readonly source: string;
  /** What the transport sees; or how it shows without that. */
  readonly shows: RadioFault | 'connections' | 'one-connection' | 'silence';
  /** The mildest step that helps, which harder ones do too; `itself`: it passes after a moment. */
  readonly cure: Step | 'itself' | 'person';
}

export const ailments: readonly Ailment[] = [
  {
    title: 'a second StartDiscovery answers InProgress',
    source: 'bluez/bluer#47',
    ...{ shows: 'scan_refused', cure: 'rescan' },
  },
  {
    title: 'StopDiscovery answers InProgress until the service is restarted',
    source: 'wcbonner/GoveeBTTempLogger#80',
    ...{ shows: 'scan_refused', cure: 'restart_bluetooth' },
  },
  {
    title: 'scan parameters are refused with an input/output error until the next boot',
    source: 'bluez/bluez#403',
    ...{ shows: 'scan_refused', cure: 'reboot' },
  },
  {
    title: 'the list of the scan empties without any error',
    source: 'bluez/bluez#1554',
    ...{ shows: 'silence', cure: 'rescan' },
  },
  {
    title: 'nothing is found after hours of scanning',
    source: 'bluez/bluez#1126',
    ...{ shows: 'silence', cure: 'reset_adapter' },
  },
  {
    title: 'scanning hangs and only a restart of the service helps',
    source: 'bluez/bluez#1554',
    ...{ shows: 'silence', cure: 'restart_bluetooth' },
  },
  {
    title: 'NotReady: something has switched the adapter off',
    source: 'home-assistant/core#83673',
    ...{ shows: 'adapter_off', cure: 'reset_adapter' },
  },
  {
    title: 'switching on answers Busy: the adapter is blocked by rfkill',
    source: 'bluez/bluez#213',
    ...{ shows: 'adapter_off', cure: 'person' },
  },
  {
    title: 'a reset leaves the adapter off until its power is cut',
    source: 'home-assistant/core#80713',
    ...{ shows: 'adapter_off', cure: 'power_cycle_usb' },
  },
  {
    title: 'hardware error 0x03: the kernel resets the adapter by itself',
    source: 'raspberrypi/linux#3330',
    ...{ shows: 'adapter_off', cure: 'itself' },
  },
  {
    title: 'the adapter does not come up at one boot in ten',
    source: 'raspberrypi/linux#6462',
    ...{ shows: 'adapter_unavailable', cure: 'reboot' },
  },
  {
    title: 'no adapter although the service runs',
    source: 'bluez/bluez#775',
    ...{ shows: 'adapter_unavailable', cure: 'restart_bluetooth' },
  },
  {
    title: 'the dongle is wedged until it loses its power',
    source: 'home-assistant/core#157211',
    ...{ shows: 'adapter_unavailable', cure: 'power_cycle_usb' },
  },
  {
    title: 'bluetoothd crashes and is started again',
    source: 'bluez/bluez#1828',
    ...{ shows: 'bluetooth_stopped', cure: 'itself' },
  },
  {
    title: 'org.bluez cannot be activated',
    source: 'blueman-project/blueman#488',
    ...{ shows: 'bluetooth_stopped', cure: 'restart_bluetooth' },
  },
  {
    title: 'command tx timeout: no call is answered any more',
    source: 'raspberrypi/linux#66',
    ...{ shows: 'bluetooth_stuck', cure: 'power_cycle_usb' },
  },
  {
    title: 'connections are aborted by the local side while advertisements go on',
    source: 'bluez/bluez#2377',
    ...{ shows: 'connections', cure: 'reset_adapter' },
  },
  {
    title: 'software caused connection abort, until the next boot',
    source: 'hbldh/bleak#666',
    ...{ shows: 'connections', cure: 'reboot' },
  },
  {
    title: 'Connect to one device fails until the adapter was off and on',
    source: 'bluez/bluez#347',
    ...{ shows: 'one-connection', cure: 'reset_adapter' },
  },
  {
    title: 'a cuff is bonded to somebody’s telephone and refuses all others',
    source: 'derdilla/blood-pressure-monitor-fl#724',
    ...{ shows: 'one-connection', cure: 'person' },
  },
];
