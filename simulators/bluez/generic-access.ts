/** Generic Access as bluetoothd treats it: read once the services are resolved (`profiles/gap/gas.c`). */
import { Variant } from '@jellybrick/dbus-next';
import { OctetReader } from '@hemma/protocols/bytes.js';
import type { AttClient, FoundService } from './att-client.js';

const genericAccess = '1800';
const deviceName = '2a00';
const appearance = '2a01';

/** Properties of Device1 that follow from it. Rejects when the link ends meanwhile. */
export async function readGenericAccess(
  client: AttClient,
  services: readonly FoundService[],
): Promise<Record<string, Variant>> {
  const told: Record<string, Variant> = {};
  const service = services.find(({ uuid }) => uuid === genericAccess);
  for (const { uuid, handle } of service?.characteristics ?? []) {
    const octets = await client.read(handle);
    if (uuid === deviceName) told['Name'] = new Variant('s', new TextDecoder().decode(octets));
    const look = uuid === appearance ? new OctetReader(octets).uint16() : 0;
    // 0 is unknown: the property does not exist then (`dev_property_exists_appearance`).
    if (look !== 0) told['Appearance'] = new Variant('q', look);
  }
  return told;
}
