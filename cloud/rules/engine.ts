import type { Condition } from '@hemma/protocols/plans/condition.js';
import type { Confirm, Rule, Severity } from '@hemma/protocols/plans/rule.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import { DAY_MS, MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import type { Evidence } from '../plans/evidence.js';
import { type Moment, type Sample, inOrder, isSame } from '../plans/lookup.js';
import type { StaffAct } from '../plans/record.js';
import { type Holds, type Point, type Raised, type Verdict, isHolding } from './condition.js';
import { kindOf } from './kinds/table.js';
import { pointsOf } from './points.js';

/** A reading older than this when it came cannot be repeated; older than a day it is never red. */
const LATE_MS = 60 * MINUTE_MS;
const RETROSPECTIVE_MS = DAY_MS;

/**
 * One step of a rule (§5). `matched`: true again while it is open; `suppressed`: true inside the
 * cooldown, which colours the value and nothing else; `kept`: staff opened a finding that the data
 * no longer give, so that it stays, annotated.
 */
export interface RuleEvent extends Moment {
  readonly rule: string;
  readonly what:
    | 'confirming'
    | 'not-confirmed'
    | 'raised'
    | 'matched'
    | 'suppressed'
    | 'acknowledged'
    | 'kept'
    | 'cleared';
  readonly severity: Severity;
  readonly used: readonly Sample[];
  /** When the cloud had all of it. */
  readonly knownAt: number;
  /** More than a day old when it became known: no "call now", the text says which day it was. */
  readonly retrospective: boolean;
}

/** Where a rule is judged from: its state after everything up to an instant. */
export interface Start {
  /** Steps up to this instant have been judged. */
  readonly after: number;
  readonly state: State['name'];
  /** The finding that is open, or the last one that was; never null while one is open. */
  readonly last: Raised | null;
  /** The first value while a repeat is awaited; never null in `confirming`. */
  readonly first: First | null;
  /** When the last finding was cleared. */
  readonly clearedAt: number;
}

/** Nothing was judged yet. */
export const theBeginning: Start = {
  after: -Infinity,
  state: 'normal',
  last: null,
  first: null,
  clearedAt: -Infinity,
};

type State =
  | { readonly name: 'normal'; readonly last: Raised | null }
  | { readonly name: 'confirming'; readonly last: Raised | null; readonly first: First }
  | { readonly name: 'active' | 'acknowledged'; readonly last: Raised };

type Open = State & { readonly name: 'active' | 'acknowledged' };

function isOpen(state: State): state is Open {
  return state.name === 'active' || state.name === 'acknowledged';
}

/** The first value of a confirmation, and how it is to be repeated. */
interface First {
  readonly at: number;
  readonly verdict: Holds;
  readonly confirm: Confirm;
}

/**
 * normal → confirming → active → acknowledged → cleared, for one rule and one patient: a pure
 * function of the set of entries in the evidence. Everything is judged in event time. From a later
 * start it gives the events after that, as far as the evidence reaches back what rules look at.
 */
export function evaluateRule(
  rule: Rule,
  evidence: Evidence,
  start: Start = theBeginning,
): readonly RuleEvent[] {
  return runRule(rule, evidence, start).events;
}

/** The same, with the state at the end, from which the evaluation can go on. */
export function runRule(
  rule: Rule,
  evidence: Evidence,
  start: Start = theBeginning,
): { readonly events: readonly RuleEvent[]; readonly end: Start } {
  const run = new RuleRun(rule, evidence, start);
  const acts = evidence
    .staffActs(rule.id)
    .filter((it) => start.after < it.at && it.at <= evidence.now);
  const steps = [...pointsOf(rule, evidence, start.after), ...acts];
  for (const step of steps.toSorted(inOrder)) {
    run.expire(step.at - 1);
    if ('act' in step) run.act(step);
    else run.evaluate(step);
  }
  run.expire(evidence.now);
  return { events: run.events, end: run.end };
}

class RuleRun {
  readonly events: RuleEvent[] = [];
  readonly #rule: Rule;
  readonly #evidence: Evidence;
  #state: State;
  #clearedAt: number;

  constructor(rule: Rule, evidence: Evidence, start: Start) {
    this.#rule = rule;
    this.#evidence = evidence;
    this.#clearedAt = start.clearedAt;
    this.#state = stateOf(start);
  }

  get end(): Start {
    const { name: state, last } = this.#state;
    const first = this.#state.name === 'confirming' ? this.#state.first : null;
    return { after: this.#evidence.now, state, last, first, clearedAt: this.#clearedAt };
  }

  evaluate(point: Point): void {
    const state = this.#state;
    if (state.name === 'normal') this.#begin(state.last, point);
    else if (state.name === 'confirming') this.#repeat(state, point);
    else this.#follow(state.last, point);
  }

  /**
   * What staff did. A finding they opened stays, even when the data no longer give it; one that the
   * data gave and have cleared is over, whenever staff look at it.
   */
  act(step: StaffAct & Moment): void {
    const { act, finding } = step;
    const isLost = finding !== null && this.#clearedAt < finding.raisedAt;
    if (act === 'opens' && isLost && !isOpen(this.#state)) {
      const { raisedAt, severity } = finding;
      const from = { at: raisedAt, day: this.#dayOf(raisedAt), seq: step.seq };
      this.#move(
        { name: 'active', last: { from, severity, used: [], retrospective: false } },
        'kept',
        from,
      );
    }
    const state = this.#state;
    if (!isOpen(state)) return;
    if (act === 'closes') this.#close(state.last, step);
    else if (state.name === 'active') {
      this.#move({ name: 'acknowledged', last: state.last }, 'acknowledged', step);
    }
  }

  /** No repeat came in time. */
  expire(until: number): void {
    const state = this.#state;
    if (state.name !== 'confirming') return;
    const { at, verdict, confirm } = state.first;
    const deadline = at + confirm.withinMinutes * MINUTE_MS;
    if (deadline > until) return;
    const moment = { at: deadline, day: this.#dayOf(deadline), seq: Infinity };
    this.#raise(moment, confirm.ifNotRepeated, verdict);
  }

  #begin(last: Raised | null, point: Point): void {
    const { confirm, severity } = this.#rule;
    const match = this.#match(point);
    if (match === null) return;
    const isTold = last !== null && (!last.retrospective || isRetrospective(match, point));
    if (isTold && isCooling(this.#rule.cooldown, last.from, point)) {
      this.#record('suppressed', point, severity, match);
    } else if (confirm === null) {
      this.#raise(point, severity, match);
    } else if (match.knownAt - point.at > LATE_MS) {
      this.#raise(point, confirm.ifNotRepeated, match);
    } else {
      const first = { at: point.at, verdict: match, confirm };
      this.#state = { name: 'confirming', last, first };
      this.#record('confirming', point, severity, match);
    }
  }

  /** A repeat before `restMinutes` is kept but does not decide. */
  #repeat({ first, last }: State & { name: 'confirming' }, point: Point): void {
    const rested = first.at + first.confirm.restMinutes * MINUTE_MS;
    if (point.kind !== 'data' || point.at < rested) return;
    const match = this.#match(point);
    if (match !== null) this.#raise(point, this.#rule.severity, match);
    else this.#move({ name: 'normal', last }, 'not-confirmed', point);
  }

  #follow(raised: Raised, point: Point): void {
    const { clear, severity } = this.#rule;
    const verdict = clear ? this.#judge(clear, point, raised) : 'fails';
    if (isHolding(verdict) && inOrder(verdict.newest, raised.from) > 0) {
      this.#move({ name: 'normal', last: raised }, 'cleared', point);
      return;
    }
    const match = point.kind === 'data' ? this.#match(point) : null;
    if (match === null) return;
    if (raised.retrospective && !isRetrospective(match, point)) this.#beginAnew(point);
    else this.#record('matched', point, severity, match);
  }

  /** What was found only after the fact does not stand in the way of what is true now. */
  #beginAnew(point: Point): void {
    this.#move({ name: 'normal', last: null }, 'cleared', point);
    this.#begin(null, point);
  }

  /** Something new must be part of the reason: an old value does not raise a finding twice. */
  #match(point: Point): Holds | null {
    const verdict = this.#judge(this.#rule.when, point, null);
    return isHolding(verdict) && isSame(verdict.newest, point) ? verdict : null;
  }

  #close(last: Raised, act: StaffAct & Moment): void {
    if (staffMayClose(this.#rule)) this.#move({ name: 'normal', last }, 'cleared', act);
  }

  #raise(from: Moment, severity: Severity, match: Holds): void {
    const retrospective = isRetrospective(match, from);
    const capped = retrospective && severity === 'red' ? 'yellow' : severity;
    const { used } = match;
    this.#state = { name: 'active', last: { from, severity: capped, used, retrospective } };
    this.#record('raised', from, capped, match);
  }

  #move(to: State, what: RuleEvent['what'], moment: Moment): void {
    this.#state = to;
    if (what === 'cleared') this.#clearedAt = moment.at;
    this.#record(what, moment, to.last?.severity ?? this.#rule.severity, null);
  }

  #record(what: RuleEvent['what'], at: Moment, severity: Severity, match: Holds | null): void {
    const moment = { at: at.at, day: at.day, seq: at.seq };
    const retrospective = match !== null && isRetrospective(match, at);
    const knownAt = Math.max(at.at, match?.knownAt ?? at.at);
    const used = match?.used ?? [];
    const rule = this.#rule.id;
    this.events.push({ ...moment, rule, what, severity, used, knownAt, retrospective });
  }

  #judge(condition: Condition, point: Point, raised: Raised | null): Verdict {
    const scene = { evidence: this.#evidence, rule: this.#rule, point, raised };
    return kindOf(condition).judge(condition, scene);
  }

  #dayOf(at: number): number {
    return this.#evidence.course.calendar.dayOf(at);
  }
}

function stateOf({ state, last, first }: Start): State {
  if (state === 'confirming' && first !== null) return { name: state, last, first };
  if (state === 'normal' || state === 'confirming' || last === null)
    return { name: 'normal', last };
  return { name: state, last };
}

/** Whether a person may end a finding of the rule; one without a clear condition nobody else does. */
export function staffMayClose({ clear }: Rule): boolean {
  return clear == null || clear.type === 'staff-closes' || clear.orStaffCloses === true;
}

function isRetrospective(match: Holds, moment: Moment): boolean {
  return match.knownAt - moment.at > RETROSPECTIVE_MS;
}

/** The cooldown runs from the last activation: whole local calendar days, or hours and minutes. */
function isCooling(cooldown: string, from: Moment, now: Moment): boolean {
  if (!cooldown.startsWith('PT')) return now.day - from.day < daysIn(cooldown);
  const unit = cooldown.endsWith('H') ? 60 * MINUTE_MS : MINUTE_MS;
  return now.at - from.at < Number.parseInt(cooldown.slice(2), 10) * unit;
}
