import type { ContentState } from '@hemma/protocols/api/content.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { scoresOf, shippedPlan } from '../plans/content.js';
import type { Content, ScoreSource } from '../plans/content.js';
import { isNewer } from '../plans/versions.js';
import { readBack } from './authored.js';
import type { Authored } from './authored.js';
import { allItems, contentOf } from './items.js';
import type { ContentItem, ContentKey } from './steps.js';

/** What is made here and runs, for patients or for test persons alone: the draft that was tested last. */
interface Out {
  readonly authored: Authored;
  readonly state: ContentState;
}

interface Own {
  readonly plan: Plan;
  readonly state: ContentState;
}

/**
 * All plans and questionnaires that run: those that are shipped, and those that were released or
 * published for test here. It answers at once; `refresh` brings it up to date with the store, which
 * also another process (the command line) writes.
 */
export class PlanLibrary {
  /** As it is shipped, with the questionnaires of the region; its maps follow the store. */
  readonly content: Content;
  /** The same without what is only published for test: what a release may build on. */
  readonly released: Content;
  readonly #shipped: Content;
  readonly #running: LiveForms;
  readonly #forPatients: LiveForms;
  #plans: ReadonlyMap<string, Own> = new Map();
  /** The one version of each form that was released, also when it is retired now. */
  #finalForms: ReadonlyMap<string, string> = new Map();
  /** What was read, by kind, id, version and draft: none of them ever changes. */
  #read: ReadonlyMap<string, Authored> = new Map();
  #steps = 0;

  constructor(shipped: Content) {
    this.#shipped = shipped;
    this.#running = new LiveForms(shipped);
    this.#forPatients = new LiveForms(shipped);
    this.content = { ...shipped, ...this.#running.maps };
    this.released = { ...shipped, ...this.#forPatients.maps };
  }

  /**
   * A version that runs; one that is published for test is a draft, whatever it says of itself. What
   * was released here stays what it is also when a later program ships the same version.
   */
  readonly planOf: PlanOf = (id, version) =>
    this.#plans.get(nameOf(id, version))?.plan ?? shippedPlan(this.#shipped)(id, version);

  /**
   * Whether a version is not to be made here, because it is shipped. A questionnaire that is shipped, or
   * whose text may not be shipped (requirement R93), is somebody's instrument in every version. Plans
   * name a form by its id alone: what patients answer stays as it was released, and one that is changed
   * has another id.
   */
  isTaken({ kind, id, version }: ContentKey): boolean {
    const { questionnaires, instruments } = this.#shipped;
    if (kind === 'plan') return shippedPlan(this.#shipped)(id, version) !== undefined;
    const released = this.#finalForms.get(id) ?? version;
    return questionnaires.has(id) || instruments.has(id) || released !== version;
  }

  /** What comes with the program, plans first. */
  shipped(): readonly Authored[] {
    const { plans, questionnaires } = this.#shipped;
    return [
      ...[...plans.values()].map((content) => ({ kind: 'plan', content }) as const),
      ...[...questionnaires.values()].map(
        (content) => ({ kind: 'questionnaire', content }) as const,
      ),
    ];
  }

  /** Whether nobody is started on a version any more. */
  isRetired(id: string, version: string): boolean {
    return this.#plans.get(nameOf(id, version))?.state === 'retired';
  }

  /** The newest version of every plan that may be started: what is for test, for test persons only. */
  newest(isTest: boolean): ReadonlyMap<string, Plan> {
    const newest = new Map(this.#shipped.plans);
    for (const { plan, state } of this.#plans.values()) {
      if (state !== 'released' && !(isTest && state !== 'retired')) continue;
      const other = newest.get(plan.id);
      if (other === undefined || !isNewer(other.version, plan.version)) newest.set(plan.id, plan);
    }
    return newest;
  }

  /** Reads what is new in the store. Throws {@link Refused} for content that fits no schema any more. */
  async refresh(db: Kysely<Tables>): Promise<void> {
    const steps = await countSteps(db);
    if (steps === this.#steps) return;
    const out: Out[] = [];
    const read = new Map<string, Authored>();
    for (const item of await allItems(db)) {
      // What was released was tested before, and not drafted since.
      if (item.tested === null) continue;
      const name = JSON.stringify([item.kind, item.id, item.version, item.tested]);
      const authored = this.#read.get(name) ?? (await load(db, item, item.tested));
      read.set(name, authored);
      out.push({ authored, state: item.state });
    }
    // Another refresh may have begun later and ended earlier; steps only ever come.
    if (steps <= this.#steps) return;
    this.#take(out);
    this.#read = read;
    this.#steps = steps;
  }

  #take(all: readonly Out[]): void {
    const plans = new Map<string, Own>();
    for (const { authored, state } of all) {
      if (authored.kind !== 'plan') continue;
      const { content } = authored;
      const plan = isFinal(state) ? content : { ...content, status: 'draft' as const };
      plans.set(nameOf(plan.id, plan.version), { plan, state });
    }
    this.#plans = plans;
    const forms = all.flatMap(({ authored, state }) =>
      authored.kind === 'questionnaire' ? [{ form: authored.content, state }] : [],
    );
    const released = forms.filter((it) => it.state === 'released').map((it) => it.form);
    const retired = forms.filter((it) => it.state === 'retired').map((it) => it.form);
    const forTest = forms.filter((it) => !isFinal(it.state)).map((it) => it.form);
    this.#finalForms = new Map([...retired, ...released].map((it) => [it.id, it.version]));
    this.#forPatients.take([released]);
    this.#running.take([released, retired, forTest]);
  }
}

/** The questionnaires of a region beside those that are shipped, in maps that change in place. */
class LiveForms {
  readonly #shipped: Content;
  readonly #questionnaires: Map<string, Questionnaire>;
  readonly #scores: Map<string, readonly ScoreSource[]>;

  constructor(shipped: Content) {
    this.#shipped = shipped;
    this.#questionnaires = new Map(shipped.questionnaires);
    this.#scores = new Map(shipped.scores);
  }

  get maps(): Pick<Content, 'questionnaires' | 'scores'> {
    return { questionnaires: this.#questionnaires, scores: this.#scores };
  }

  /** One version of each is answered, the newest; a list counts for what no list before it has. */
  take(lists: readonly (readonly Questionnaire[])[]): void {
    const taken = new Map<string, Questionnaire>();
    for (const list of lists) {
      const newest = newestOf(list.filter((it) => !taken.has(it.id)));
      for (const form of newest) taken.set(form.id, form);
    }
    replace(this.#questionnaires, [...this.#shipped.questionnaires, ...taken]);
    replace(this.#scores, scoresOf([...this.#questionnaires.values()], this.#shipped.instruments));
  }
}

function newestOf(forms: readonly Questionnaire[]): readonly Questionnaire[] {
  return forms.filter(
    ({ id, version }) => !forms.some((it) => it.id === id && isNewer(it.version, version)),
  );
}

function replace<Key, Value>(map: Map<Key, Value>, entries: Iterable<readonly [Key, Value]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function nameOf(id: string, version: string): string {
  return `${id}@${version}`;
}

function isFinal(state: ContentState): boolean {
  return state === 'released' || state === 'retired';
}

async function load(db: Kysely<Tables>, item: ContentItem, revision: number): Promise<Authored> {
  return readBack(item.kind, await contentOf(db, item, revision));
}

async function countSteps(db: Kysely<Tables>): Promise<number> {
  const { steps } = await db
    .selectFrom('content_steps')
    .select((eb) => eb.fn.countAll<number>().as('steps'))
    .executeTakeFirstOrThrow();
  return steps;
}
