import { readFileSync } from 'node:fs';

/** What Linux says of a running process: proc(5). */

export interface Memory {
  /** Resident octets now, and at the highest. */
  readonly now: number;
  readonly highest: number;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const octets = (name: string): number => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
    return Number(kib) * 1_024;
  };
  return { now: octets('VmRSS'), highest: octets('VmHWM') };
}

/** USER_HZ, a constant of Linux' interface whatever the kernel's own rate. */
const ticksPerSecond = 100;
/** Place of `utime` behind the name, which may hold blanks; `stime` comes next. */
const utimeField = 11;

/** Processor time that a process has used. Other work on the machine changes it little. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[utimeField]) + Number(fields[utimeField + 1])) / ticksPerSecond;
}
