import { formPaths } from '@hemma/protocols/api/forms.js';
import { apiErrorSchema } from '@hemma/protocols/api/clinic.js';
import {
  completedSchema,
  programmePaths as paths,
  programmeSchema,
} from '@hemma/protocols/api/programmes.js';
import type { Completed, Programme, WeekItem } from '@hemma/protocols/api/programmes.js';
import { dateOfDay, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { runningEpisodes } from '@hemma/cloud/episodes/episodes.js';
import { careUnit } from './care-unit.js';
import type { CareUnit } from './care-unit.js';
import { TestClinic } from './clinic.js';
import { enrol } from './enrol.js';

type Item<Kind extends WeekItem['kind']> = Extract<WeekItem, { kind: Kind }>;

const calendar = zonedCalendar();

/** A test person in a programme, over real HTTP; requests are the patient's until `as` says else. */
export class ProgrammeScene {
  readonly clinic: TestClinic;
  episode = '';
  patient = '';
  #care: CareUnit | null = null;

  /** The folder of built pages, for a test that looks at them. */
  constructor(pagesDir: string | null = null) {
    this.clinic = new TestClinic(null, pagesDir);
  }

  /** It began so many days ago. */
  async start(plan: string, daysAgo: number, parameters = {}): Promise<void> {
    await this.clinic.start();
    const { db } = this.clinic.parts;
    const now = this.clinic.clock.wall().ms;
    this.#care = await careUnit(db, now);
    const startedAt = calendar.instant(calendar.dayOf(now) - daysAgo, 8 * 60);
    this.patient = await enrol(
      db,
      {
        ...{ displayName: 'Test Person', isTest: true, unit: this.#care.unit },
        ...{ plan, planVersion: '0.1.0-draft', parameters },
      },
      startedAt,
    );
    this.episode = (await runningEpisodes(db, [this.patient]))[0]?.id ?? '';
    this.clinic.actAs('');
  }

  get care(): CareUnit {
    if (this.#care === null) throw new Error('It was not started.');
    return this.#care;
  }

  get now(): number {
    return this.clinic.clock.wall().ms;
  }

  /** The local date of a day, counted from today. */
  date(daysFromToday: number): string {
    return dateOfDay(calendar.dayOf(this.now) + daysFromToday);
  }

  /** A local instant, so many days from today. */
  at(daysFromToday: number, minute: number): number {
    return calendar.instant(calendar.dayOf(this.now) + daysFromToday, minute);
  }

  /** Stops the clock at a local instant of a date that is still to come. */
  async until(date: string, minute: number): Promise<void> {
    const day = Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
    await this.clinic.clock.advance(calendar.instant(day, minute) - this.now);
  }

  async shown(): Promise<Programme> {
    return programmeSchema.parse((await this.clinic.get(paths.programme(this.episode))).body);
  }

  /** Everything of one kind in the weeks that are shown. */
  async items<Kind extends WeekItem['kind']>(kind: Kind): Promise<readonly Item<Kind>[]> {
    const { weeks } = await this.shown();
    return weeks.flatMap((it) => it.items).filter((it): it is Item<Kind> => it.kind === kind);
  }

  async complete(body: object): Promise<Completed> {
    const { body: said } = await this.clinic.post(paths.completions(this.episode), body);
    return completedSchema.parse(said);
  }

  /** The status and code of what is refused. */
  async refusal(path: string, body: object): Promise<readonly [number, string]> {
    const answer = await this.clinic.post(path, body);
    return [answer.status, apiErrorSchema.parse(answer.body).error.code];
  }

  refused(body: object): Promise<readonly [number, string]> {
    return this.refusal(paths.completions(this.episode), body);
  }

  /** Answers every item of a form with the same number. */
  async answer(questionnaire: string, answers: object, at?: number): Promise<void> {
    const body = { questionnaire, answers, ...(at !== undefined && { at }) };
    const { status } = await this.clinic.post(formPaths.responses(this.episode), body);
    if (status !== 200) throw new Error(`The answers were refused with ${status}.`);
  }

  /** In the name of a member of staff. */
  async as<T>(staff: string, doIt: () => Promise<T>): Promise<T> {
    this.clinic.actAs(staff);
    try {
      return await doIt();
    } finally {
      this.clinic.actAs('');
    }
  }
}
