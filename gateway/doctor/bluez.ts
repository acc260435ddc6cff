/** Why BlueZ says nothing: no message bus, no bluetoothd on it, we may not ask, or it hangs. */
export type Silence = 'no-bus' | 'stopped' | 'denied' | 'stuck';

/** Properties of an object of BlueZ, by name. */
type Told = Readonly<Record<string, unknown>>;

/** An adapter with the devices that it keeps; both by the name that people use. */
export interface SeenAdapter {
  /** `hci0`. */
  readonly name: string;
  readonly properties: Told;
  /** By address, in capitals. */
  readonly devices: ReadonlyMap<string, Told>;
}
