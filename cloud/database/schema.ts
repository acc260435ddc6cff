import type { AuthoringTables } from '../authoring/tables.js';
import { authoringMigrations } from '../authoring/tables.js';
import type { CommandTables } from '../commands/tables.js';
import { commandMigrations } from '../commands/tables.js';
import type { DeviceTables } from '../devices/tables.js';
import { deviceMigrations } from '../devices/tables.js';
import type { EffectTables } from '../effects/store/tables.js';
import { effectMigrations } from '../effects/store/tables.js';
import type { EpisodeTables } from '../episodes/tables.js';
import { episodeMigrations } from '../episodes/tables.js';
import type { FleetTables } from '../fleet/tables.js';
import { fleetMigrations } from '../fleet/tables.js';
import type { JournalTables } from '../journal/tables.js';
import { journalMigrations } from '../journal/tables.js';
import type { MessageTables } from '../messages/tables.js';
import { messageMigrations } from '../messages/tables.js';
import type { NotifyTables } from '../notify/tables.js';
import { notifyMigrations } from '../notify/tables.js';
import type { PeopleTables } from '../people/tables.js';
import { peopleMigrations } from '../people/tables.js';
import type { ProgrammeTables } from '../programmes/tables.js';
import { programmeMigrations } from '../programmes/tables.js';
import type { RecordTables } from '../record/tables.js';
import { recordMigrations } from '../record/tables.js';
import type { ReminderTables } from '../reminders/tables.js';
import { reminderMigrations } from '../reminders/tables.js';
import type { RuleTables } from '../rules/tables.js';
import { ruleMigrations } from '../rules/tables.js';
import type { ScheduleTables } from '../schedules/tables.js';
import { scheduleMigrations } from '../schedules/tables.js';
import type { TrendTables } from '../trends/tables.js';
import { trendMigrations } from '../trends/tables.js';
import type { UnitTables } from '../units/tables.js';
import { unitMigrations } from '../units/tables.js';
import type { WorklistTables } from '../worklist/tables.js';
import { worklistMigrations } from '../worklist/tables.js';
import type { Statements } from './columns.js';
import type { PlaceTables } from './places.js';
import { placeMigrations } from './places.js';

/**
 * All tables of the cloud. A part with tables of its own adds one `tables.ts` and one line to each
 * of the two lists here.
 */
export interface Tables
  extends
    JournalTables,
    PlaceTables,
    PeopleTables,
    FleetTables,
    TrendTables,
    RuleTables,
    WorklistTables,
    UnitTables,
    EpisodeTables,
    RecordTables,
    NotifyTables,
    CommandTables,
    AuthoringTables,
    EffectTables,
    ProgrammeTables,
    MessageTables,
    ReminderTables,
    ScheduleTables,
    DeviceTables {}

/** Applied in the order of their names, which therefore start with a running number. */
export const migrations: Readonly<Record<string, Statements>> = {
  ...journalMigrations,
  ...placeMigrations,
  ...peopleMigrations,
  ...fleetMigrations,
  ...trendMigrations,
  ...ruleMigrations,
  ...worklistMigrations,
  ...unitMigrations,
  ...episodeMigrations,
  ...recordMigrations,
  ...notifyMigrations,
  ...commandMigrations,
  ...authoringMigrations,
  ...effectMigrations,
  ...programmeMigrations,
  ...messageMigrations,
  ...reminderMigrations,
  ...scheduleMigrations,
  ...deviceMigrations,
};
