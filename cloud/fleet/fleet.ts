import type { ErrorCode } from '@hemma/protocols/errors.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { gatewayIdSchema } from '@hemma/protocols/wire/measurement.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import type { Kysely } from 'kysely';
import { noteApplied } from '../commands/wanted.js';
import type { Tables } from '../database/schema.js';
import { completeToOf } from './completeness.js';
import { saveHealings } from './healings.js';
import type { LastStep } from './healings.js';
import { lendIn, mustKnowPatient } from './lend.js';
import { hashSecret, isSecret, newSecret } from './secret.js';

/** The gateways, whom they are lent to, and what they say of themselves. */

export interface Loan {
  readonly gateway: string;
  readonly patient: string;
  /** Milliseconds since 1970 UTC; 0 when nobody had the gateway before. */
  readonly fromAt: number;
  /** Null as long as it is lent. */
  readonly toAt: number | null;
}

export interface GatewayOverview {
  readonly id: string;
  readonly patients: readonly string[];
  readonly state: 'online' | 'offline' | 'unknown';
  readonly software: string | null;
  readonly waiting: number | null;
  readonly held: number | null;
  /** Readings of which somebody at home is asked whose they are. */
  readonly doubtful: number | null;
  /** What it says is wrong, and what of the plans of its home had no room in its command. */
  readonly problems: readonly ErrorCode[];
  /** The last step that it took for its radio; null when it told of none. */
  readonly healing: LastStep | null;
  readonly lastSeenAt: number | null;
  /** How far the newest command has come: `applied` when the gateway has said that it follows it. */
  readonly command: 'none' | 'waiting' | 'sent' | 'applied';
}

/** The name under which the cloud itself talks to an external broker; no gateway may have it. */
export const cloudUser = 'hemma-cloud';

export class Fleet {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Enrols a gateway and lends it to a patient. Gives the secret, which is kept nowhere.
   * Throws {@link CodedError} `request_invalid` for a name that is malformed or taken, `not_found`
   * for an unknown patient.
   */
  async add(id: string, patient: string, at: number): Promise<string> {
    if (!gatewayIdSchema.safeParse(id).success || id === cloudUser)
      throw new CodedError(
        'request_invalid',
        'A gateway is named by 3 to 40 small letters, digits and hyphens.',
      );
    const secret = newSecret();
    await this.#db.transaction().execute(async (trx) => {
      await mustKnowPatient(trx, patient);
      const added = await trx
        .insertInto('gateways')
        .values({ id, secret_hash: hashSecret(secret), created_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (added.numInsertedOrUpdatedRows !== 1n)
        throw new CodedError('request_invalid', 'There is a gateway with this name.');
      await trx.insertInto('loans').values({ gateway: id, patient, from_at: 0 }).execute();
    });
    return secret;
  }

  /**
   * Lends a gateway to this patient and to nobody else: what is dated from now on belongs to them,
   * what the gateway still sends from before belongs to those who had it then.
   */
  async lend(gateway: string, patient: string, at: number): Promise<void> {
    await this.#db.transaction().execute((trx) => lendIn(trx, { gateway, patient, at }));
  }

  /** Whether this is a gateway of ours and its secret. */
  async isGateway(id: string, secret: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('gateways')
      .select('secret_hash')
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined && isSecret(secret, row.secret_hash);
  }

  /** The loans of those of these gateways that are enrolled. */
  async loansOf(gateways: readonly string[]): Promise<ReadonlyMap<string, readonly Loan[]>> {
    if (gateways.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('gateways')
      .leftJoin('loans', 'loans.gateway', 'gateways.id')
      .select(['gateways.id', 'loans.patient', 'loans.from_at', 'loans.to_at'])
      .where('gateways.id', 'in', gateways)
      .execute();
    const loans = new Map<string, Loan[]>();
    for (const { id, patient, from_at: fromAt, to_at: toAt } of rows) {
      const list = loans.get(id) ?? [];
      if (patient !== null && fromAt !== null) list.push({ gateway: id, patient, fromAt, toAt });
      loans.set(id, list);
    }
    return loans;
  }

  /** Every hash with its gateway, for the password file of an external broker. */
  async secretHashes(): Promise<readonly { id: string; secret_hash: string }[]> {
    return this.#db.selectFrom('gateways').select(['id', 'secret_hash']).orderBy('id').execute();
  }

  /** Keeps what enrolled gateways say of themselves. */
  async saveStatuses(statuses: readonly Status[], receivedAt: number): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (const status of statuses) await saveStatus(trx, status, receivedAt);
    });
  }

  /** A broker in process starts with nobody connected, whatever was last heard. */
  async nobodyIsConnected(): Promise<void> {
    await this.#db.updateTable('gateway_status').set({ state: 'offline' }).execute();
  }

  async overview(): Promise<readonly GatewayOverview[]> {
    const rows = await this.#db
      .selectFrom('gateways')
      .leftJoin('gateway_status', 'gateway_status.gateway', 'gateways.id')
      .leftJoin('commands', 'commands.gateway', 'gateways.id')
      .select([
        'gateways.id',
        'commands.version',
        'commands.sent_version',
        'commands.withheld',
        'gateway_status.command_version',
        'gateway_status.state',
        'gateway_status.software',
        'gateway_status.waiting',
        'gateway_status.held',
        'gateway_status.doubtful',
        'gateway_status.problems',
        'gateway_status.healing',
        'gateway_status.last_seen_at',
      ])
      .select((eb) =>
        eb
          .selectFrom('marks')
          .select((mark) => mark.fn.max('marks.at').as('at'))
          .whereRef('marks.gateway', '=', 'gateways.id')
          .as('stored_at'),
      )
      .orderBy('gateways.id')
      .execute();
    const loans = await this.#currentLoans();
    return rows.map((row) => ({
      id: row.id,
      patients: loans.get(row.id) ?? [],
      state: row.state ?? 'unknown',
      software: row.software,
      waiting: row.waiting,
      held: row.held,
      doubtful: row.doubtful,
      problems: [
        // Written from a checked list of codes by saveStatus.
        ...(JSON.parse(row.problems ?? '[]') as ErrorCode[]),
        ...((row.withheld ?? 0) > 0 ? (['schedule_too_large'] as const) : []),
      ],
      // Written from a checked report by saveStatus.
      healing: row.healing === null ? null : (JSON.parse(row.healing) as LastStep),
      lastSeenAt: latest(row.last_seen_at, row.stored_at),
      command: commandState(row.version ?? 0, row.sent_version ?? 0, row.command_version ?? 0),
    }));
  }

  async #currentLoans(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#db
      .selectFrom('loans')
      .select(['gateway', 'patient'])
      .where('to_at', 'is', null)
      .orderBy('patient')
      .execute();
    const patients = new Map<string, string[]>();
    for (const { gateway, patient } of rows)
      patients.set(gateway, [...(patients.get(gateway) ?? []), patient]);
    return patients;
  }
}

/** Whether the gateway was lent to this patient when the measurement was taken. */
export function isLent(loans: readonly Loan[], patient: string, measuredAt: number): boolean {
  return loans.some(
    (loan) =>
      loan.patient === patient &&
      measuredAt >= loan.fromAt &&
      (loan.toAt === null || measuredAt <= loan.toAt),
  );
}

/** `offline` is said by the broker when the link breaks: no sign of life, and nothing else new. */
async function saveStatus(db: Kysely<Tables>, status: Status, receivedAt: number): Promise<void> {
  const complete_to = completeToOf(status, receivedAt);
  const said = {
    state: status.state,
    said_at: status.at,
    ...(status.state === 'offline'
      ? {}
      : {
          software: status.software ?? null,
          waiting: status.waiting ?? null,
          held: status.held ?? null,
          doubtful: status.doubtful ?? null,
          problems: JSON.stringify(status.problems ?? []),
          healing: lastStepOf(status),
          command_version: status.commandVersion ?? null,
          schedules: status.schedules === undefined ? null : JSON.stringify(status.schedules),
          last_seen_at: receivedAt,
        }),
  };
  await db
    .insertInto('gateway_status')
    .values({
      ...{ gateway: status.gateway, problems: '[]', last_seen_at: receivedAt, ...said },
      complete_to,
    })
    .onConflict((conflict) =>
      conflict
        .column('gateway')
        .doUpdateSet(complete_to === null ? said : { ...said, complete_to }),
    )
    .execute();
  if (status.state === 'offline') return;
  const { gateway, commandVersion: applied = 0, schedules: held = null } = status;
  await noteApplied(db, { gateway, applied, held });
  const healings = status.healing?.healings ?? [];
  await saveHealings(db, { gateway, healings, at: receivedAt });
}

function lastStepOf({ healing }: Status): string | null {
  if (healing === undefined) return null;
  const { step, fault, outcome, recoveryMs, stepsADay } = healing;
  const last: LastStep = { step, fault, outcome, recoveryMs, stepsADay };
  return JSON.stringify(last);
}

function commandState(version: number, sent: number, applied: number): GatewayOverview['command'] {
  if (version === 0) return 'none';
  if (applied >= version) return 'applied';
  return sent >= version ? 'sent' : 'waiting';
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
