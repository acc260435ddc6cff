/** The controller as a scanner (Core 6.0 Vol 4 Part E §7.8.10, §7.8.11, §7.7.65.2). */
import { addressOctets } from './address.js';
import type { AdvertisingReport, Air, Scanner } from './air.js';
import { LeEvent, Opcode } from './hci.js';
import type { CommandHandler, CommandTable, HostPort } from './hci.js';
import { HciError } from './hci-errors.js';

/** Advertisers the duplicate filter remembers; the oldest is forgotten, as in a real controller. */
const duplicateFilterSize = 256;

export class ControllerScanning implements Scanner {
  readonly commands: CommandTable;
  readonly #air: Air;
  readonly #host: HostPort;
  readonly #heard = new Set<string>();
  #active = false;
  #scanning = false;
  #filterDuplicates = false;

  constructor(air: Air, host: HostPort) {
    this.#air = air;
    this.#host = host;
    this.commands = new Map([
      [Opcode.leSetScanParameters, this.#setParameters],
      [Opcode.leSetScanEnable, this.#setEnable],
    ]);
  }

  get active(): boolean {
    return this.#active;
  }

  stop(): void {
    this.#scanning = false;
    this.#air.stopScanning(this);
  }

  onReport(report: AdvertisingReport): void {
    if (this.#filterDuplicates && this.#isDuplicate(report)) return;
    const { type, address, data } = report;
    const reports = 1;
    const addressType = address.type === 'random' ? 1 : 0;
    const head = [reports, type, addressType, ...addressOctets(address), data.length];
    this.#host.leEvent(LeEvent.advertisingReport, [...head, ...data, report.rssi & 0xff]);
  }

  /** Same address and kind of report, whatever the content (Core 6.0 Vol 6 Part B §4.4.3.5). */
  #isDuplicate(report: AdvertisingReport): boolean {
    const key = `${report.type} ${report.address.type} ${report.address.text}`;
    if (this.#heard.has(key)) return true;
    const [oldest] = this.#heard;
    if (this.#heard.size >= duplicateFilterSize && oldest !== undefined) this.#heard.delete(oldest);
    this.#heard.add(key);
    return false;
  }

  readonly #setParameters: CommandHandler = (parameters, opcode) => {
    if (this.#scanning) {
      this.#host.complete(opcode, HciError.commandDisallowed);
      return;
    }
    this.#active = parameters.uint8() === 1;
    this.#host.complete(opcode, HciError.none);
  };

  readonly #setEnable: CommandHandler = (parameters, opcode) => {
    this.#scanning = parameters.uint8() === 1;
    this.#filterDuplicates = parameters.uint8() === 1;
    this.#heard.clear();
    this.#host.complete(opcode, HciError.none);
    if (this.#scanning) this.#air.startScanning(this);
    else this.#air.stopScanning(this);
  };
}
