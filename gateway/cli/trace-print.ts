import type { Trace } from '@hemma/protocols/trace/format.js';
import { printDecoded } from './decode.js';
import type { TraceReport, TracedSample, TracedValue } from './trace-sample.js';

/** A {@link TraceReport} for people, with samples as a device file has them. */

/** Lines of values before the rest is only counted; `--json` gives all. */
const maxLines = 200;

export function printReport(trace: Trace, report: TraceReport): string {
  return [...who(trace), ...what(report), ...valuesOf(report.values), ...samplesOf(report)].join(
    '\n',
  );
}

/** The report as one JSON object; the device by its id. */
export function reportAsJson({ device, values, trial, samples }: TraceReport): string {
  const refusals = trial?.refusals ?? [];
  const read = trial === null ? null : { readings: trial.readings.length, fault: trial.fault };
  return JSON.stringify({ device: device?.id ?? null, read, refusals, values, samples });
}

function who({ header }: Trace): string[] {
  if (header.transport === 'serial')
    return [`port        ${header.port}, ${header.line.baudRate} baud`];
  const { address, advertisement, services } = header;
  const found = services.flatMap(({ service }) => (service === null ? [] : [service]));
  return [
    `address     ${address ?? 'unknown'}`,
    `name        ${advertisement?.name ?? 'not advertised'}`,
    `advertised  ${advertisement?.services.join(' ') ?? 'not heard'}`,
    `services    ${found.length === 0 ? 'not recorded' : found.join(' ')}`,
  ];
}

function what({ device, trial }: TraceReport): string[] {
  if (device === null || trial === null)
    return ['device      none of the catalogue: write a device file, and come back with --model'];
  const { readings, refusals, fault } = trial;
  const early = fault === null ? '' : `; the conversation ended early: ${fault}`;
  return [
    `device      ${device.id}: ${device.maker} ${device.model}`,
    `reads       ${readings.length} readings, ${refusals.length} values refused${early}`,
    ...new Set(refusals.map((reason) => `refused     ${reason}`)),
  ];
}

function valuesOf(values: readonly TracedValue[]): string[] {
  const lines = values.slice(0, maxLines).map(({ event, characteristic, ...value }) => {
    const where = characteristic === null ? '' : ` ${characteristic}`;
    const decoder = value.decoder === null ? '' : ` ${value.decoder}`;
    const decoded = value.decoded === null ? '' : ` ${printDecoded(value.decoded)}`;
    return `${event.padEnd(5)}${where} ${value.octets}${decoder}${decoded}`;
  });
  const left = values.length - lines.length;
  return ['', ...lines, ...(left > 0 ? [`and ${left} more (--json gives all)`] : [])];
}

function samplesOf({ samples }: TraceReport): string[] {
  if (samples.length === 0) return [];
  return ['', 'samples: [', ...samples.flatMap(sampleLines), '],'];
}

function sampleLines({ octets, reading }: TracedSample): string[] {
  const values = Object.entries(reading.values).map(([code, value]) => `${code}: ${value}`);
  const failure = reading.failure === null ? 'null' : `'${reading.failure}'`;
  return [
    '  {',
    `    title: 'captured from a device',`,
    `    octets: '${octets}',`,
    '    reading: {',
    `      kind: '${reading.kind}',`,
    `      values: {${values.length === 0 ? '' : ` ${values.join(', ')} `}},`,
    `      failure: ${failure},`,
    '    },',
    '  },',
  ];
}
