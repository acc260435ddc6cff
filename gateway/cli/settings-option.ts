import { Option } from 'commander';

/** Where the Debian package puts the settings (docs/guides/install.md). */
export const installedSettings = '/etc/hemma/gateway.json';

/** `--settings FILE`, the same for every command that needs them. */
export function settingsOption(): Option {
  return new Option('--settings <file>', 'settings file (JSON)').default(installedSettings);
}
