import { Command } from 'commander';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { table } from '@hemma/runtime/table.js';

/** `hemma-gateway devices`: every model that can be read, and how well. */
export function devicesCommand(): Command {
  return new Command('devices')
    .description('list every model that can be read, and how complete it is')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      process.stdout.write(`${options.json === true ? asJson() : asTable()}\n`);
    });
}

function asJson(): string {
  return JSON.stringify(
    catalogue.map((device) => ({
      id: device.id,
      maker: device.maker,
      model: device.model,
      kind: device.kind,
      transport: device.transport,
      ladder: device.ladder,
      bonding: device.transport === 'gatt' ? device.bonding : 'none',
    })),
  );
}

function asTable(): string {
  const rows = catalogue.map((device) => [
    device.id,
    device.kind,
    device.transport,
    device.ladder,
    device.transport === 'gatt' && device.bonding === 'required' ? 'needs a bond' : '',
    `${device.maker} ${device.model}`,
  ]);
  return table(['id', 'kind', 'link', 'ladder', 'bond', 'device'], rows).join('\n');
}
