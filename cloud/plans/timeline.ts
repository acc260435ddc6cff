import type { Course } from './course.js';
import { decimal } from './decimal.js';
import { asShown } from './metrics.js';
import type { DatedResponse, Moment, ReadingSample, Sample } from './lookup.js';
import type {
  Completion,
  Contact,
  PatientReading,
  PatientRecord,
  StaffAct,
  StatedValue,
} from './record.js';

/** The record in event time: every entry at its place, values rounded as they are shown (§3.4). */
export interface Timeline {
  /** For each reading its values, in order. */
  readonly readings: readonly (readonly ReadingSample[])[];
  /** Complete responses, in order. */
  readonly responses: readonly DatedResponse[];
  readonly stated: readonly Sample[];
  readonly completions: readonly (Completion & Moment)[];
  readonly contacts: readonly (Contact & Moment)[];
  readonly staffActs: readonly (StaffAct & Moment)[];
}

interface Entry {
  readonly id: string;
  readonly at: number;
}

/** A record and a course never change: several look at the same ones, one after the other. */
const timelines = new WeakMap<PatientRecord, WeakMap<Course, Timeline>>();

/** Orders a record by the time that entries belong to; the id decides among equals. */
export function timelineOf(course: Course, record: PatientRecord): Timeline {
  const ofRecord = timelines.get(record) ?? new WeakMap<Course, Timeline>();
  const timeline = ofRecord.get(course) ?? inEventTime(course, record);
  timelines.set(record, ofRecord.set(course, timeline));
  return timeline;
}

function inEventTime(course: Course, record: PatientRecord): Timeline {
  const entries: readonly Entry[] = [
    ...record.readings,
    ...record.responses,
    ...record.stated,
    ...record.completions,
    ...record.contacts,
    ...record.staffActs,
  ];
  const place = new Map(entries.toSorted(byTimeAndId).map((it, seq) => [it.id, seq]));
  const seqOf = ({ id }: Entry): number => place.get(id) ?? 0;
  const dated = <T extends Entry>(list: readonly T[]): readonly (T & Moment)[] =>
    list
      .map((it) => ({ ...it, day: course.calendar.dayOf(it.at), seq: seqOf(it) }))
      .toSorted((a, b) => a.seq - b.seq);
  return {
    readings: record.readings
      .toSorted((a, b) => seqOf(a) - seqOf(b))
      .map((it) => readingSamples(it, seqOf(it), course)),
    responses: dated(record.responses.filter((it) => it.complete)),
    stated: dated(record.stated).map((it) => statedSample(it, course)),
    completions: dated(record.completions),
    contacts: dated(record.contacts),
    staffActs: dated(record.staffActs),
  };
}

function byTimeAndId(a: Entry, b: Entry): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** Weeks of readings go through here at each look: fields set one by one cost a third of spread ones. */
function readingSamples(
  reading: PatientReading,
  seq: number,
  course: Course,
): readonly ReadingSample[] {
  const { at, receivedAt: knownAt, deviceKind, flags, context } = reading;
  const day = course.calendar.dayOf(at);
  const minute = course.calendar.minuteOf(at);
  const ids = [reading.id];
  return Object.entries(reading.values).map(([metric, given]) => {
    const value = asShown(metric, decimal(given), course.content);
    return { at, day, seq, minute, deviceKind, flags, context, metric, value, knownAt, ids };
  });
}

function statedSample(stated: StatedValue & Moment, course: Course): Sample {
  const { at, day, seq, metric, value, receivedAt, id } = stated;
  const shown = asShown(metric, decimal(value), course.content);
  return { at, day, seq, metric, value: shown, knownAt: receivedAt, ids: [id] };
}
