import type { Selectable, Transaction } from 'kysely';
import { RowStatement } from '../database/row-statement.js';
import type { Tables } from '../database/schema.js';
import { emptyMemory } from './judge.js';
import type { Memory } from './judge.js';

type Row = Selectable<Tables['rule_memories']>;

/** What the rules remember of the patients of one batch: read once, written once. */
export class Memories {
  readonly #known = new Map<string, Memory>();
  readonly #changed = new Map<string, Omit<Row, 'memory'>>();

  constructor(rows: readonly Row[]) {
    for (const { patient, rule, memory } of rows)
      // Written by `save` from the same type.
      this.#known.set(`${patient} ${rule}`, JSON.parse(memory) as Memory);
  }

  get(patient: string, rule: string): Memory {
    return this.#known.get(`${patient} ${rule}`) ?? emptyMemory;
  }

  set(patient: string, rule: string, memory: Memory): void {
    this.#known.set(`${patient} ${rule}`, memory);
    this.#changed.set(`${patient} ${rule}`, { patient, rule });
  }

  async save(trx: Transaction<Tables>): Promise<void> {
    const rows = [...this.#changed.values()].map(({ patient, rule }) => ({
      patient,
      rule,
      memory: JSON.stringify(this.get(patient, rule)),
    }));
    const statement = new RowStatement<Row>((some) => upsert(trx, some), Object.values);
    await statement.run(trx, rows);
  }
}

export async function loadMemories(
  trx: Transaction<Tables>,
  patients: readonly string[],
): Promise<Memories> {
  const rows = await trx
    .selectFrom('rule_memories')
    .selectAll()
    .where('patient', 'in', patients)
    .execute();
  return new Memories(rows);
}

function upsert(trx: Transaction<Tables>, rows: readonly Row[]) {
  return trx
    .insertInto('rule_memories')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['patient', 'rule'])
        .doUpdateSet((eb) => ({ memory: eb.ref('excluded.memory') })),
    );
}
