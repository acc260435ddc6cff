import {
  bodyCompositionServiceUuid,
  bodyCompositionUuid,
  databaseChangeUuid,
  isUserScale,
  userControlPointUuid,
  userDataServiceUuid,
  writeComposition,
} from '@hemma/protocols/profiles/user-scale.js';
import { userControlPoint } from '@hemma/protocols/gatt/user-control-point.js';
import {
  weightMeasurementUuid,
  weightScaleServiceUuid,
} from '@hemma/protocols/profiles/weight-scale.js';
import type { ServiceDefinition } from '../radio/gatt-server.js';
import { stamped } from './common/model.js';
import type { GattBehaviour, GattBehaviourFactory, GattHost } from './common/model.js';
import type { StoredRecord } from './common/record-store.js';
import { Sending, start } from './common/sending.js';
import { currentTimeService } from './common/standard-services.js';
import { virtualConsent } from './common/virtual-user.js';

/** Between the consent and the first weight; a central confirms its user's profile meanwhile. */
const settlePauseMs = 2_000;
const leavePauseMs = 1_000;
const answer = { success: 1, notAuthorized: 5 } as const;
/** What an unconfirmed user's composition is: all zero. */
const zeroed = writeComposition({ values: [{ code: 'body_fat_percentage', value: 0 }] });

/** Nobody gets a composition without a weight: the one of somebody whose weight was left out. */
const typicalWeight = [{ code: 'body_weight', value: 70 }] as const;

/** A scale that tells nothing before its user has consented. */
class UserScale {
  readonly #host: GattHost;
  readonly #sending: Sending;
  #connection = 0;
  #isConfirmed = false;
  #sent = new Set<StoredRecord>();

  constructor(host: GattHost) {
    this.#host = host;
    this.#sending = new Sending(host);
  }

  get behaviour(): GattBehaviour {
    const { store, device } = this.#host;
    return {
      services: [...this.#services(), currentTimeService(this.#host)],
      waiting: () => store.unsent().length > 0,
      take: ({ values, ...taken }, { deviceTime }) => {
        const weighed = values.filter(({ code }) => code === 'body_weight');
        const weight = weighed.length > 0 ? weighed : typicalWeight;
        const composition = values.filter(({ code }) => code === 'body_fat_percentage');
        const reading = stamped(
          { ...taken, kind: 'body_weight', values: weight, userSlot: virtualConsent.user },
          device.profile,
          { deviceTime, sequence: null },
        );
        store.add(
          reading,
          composition.length === 0 ? null : writeComposition({ values: composition }),
        );
        return reading;
      },
    };
  }

  #services(): ServiceDefinition[] {
    const height = { uuid: '2a8e', value: Uint8Array.of(170, 0) };
    const profile = [height].map(({ uuid, value }) => ({
      uuid,
      properties: ['read', 'write'] as const,
      onRead: () => value,
    }));
    return [
      {
        uuid: weightScaleServiceUuid,
        characteristics: [{ uuid: weightMeasurementUuid, properties: ['indicate'] }],
      },
      {
        uuid: bodyCompositionServiceUuid,
        characteristics: [{ uuid: bodyCompositionUuid, properties: ['indicate'] }],
      },
      {
        uuid: userDataServiceUuid,
        characteristics: [
          ...profile,
          { uuid: databaseChangeUuid, properties: ['write', 'notify'], onWrite: this.#confirm },
          {
            uuid: userControlPointUuid,
            properties: ['write', 'indicate'],
            onSubscribe: this.#begin,
            onWrite: this.#consent,
          },
        ],
      },
    ];
  }

  readonly #begin = (on: boolean): void => {
    if (!on) return;
    this.#connection = this.#sending.begin();
    const { profile } = this.#host.device;
    this.#isConfirmed = !isUserScale(profile) || !profile.confirmsProfile;
    this.#sent = new Set();
  };

  readonly #confirm = (): void => {
    this.#isConfirmed = true;
  };

  readonly #consent = (octets: Uint8Array): void => {
    const asked = userControlPoint.decode(octets);
    if (asked.name !== 'consent') return;
    const { user, code } = virtualConsent;
    const isRight = asked.userIndex === user && asked.consentCode === code;
    const responseValue = isRight ? answer.success : answer.notAuthorized;
    start(async () => {
      await this.#sending.answer(
        userControlPointUuid,
        Uint8Array.of(0x20, asked.opCode, responseValue),
      );
      if (isRight) await this.#tellAll();
    });
  };

  async #tellAll(): Promise<void> {
    const mine = this.#connection;
    await this.#host.timers.sleep(settlePauseMs);
    for (let record = this.#next(); record !== undefined; record = this.#next()) {
      if (!this.#sending.isCurrent(mine)) return;
      await this.#tell(record);
    }
    await this.#host.timers.sleep(leavePauseMs);
    if (this.#host.habits.leaves && this.#sending.isCurrent(mine)) this.#host.server?.disconnect();
  }

  #next(): StoredRecord | undefined {
    const { store, habits } = this.#host;
    const due = habits.sends === 'all' ? store.all() : store.unsent();
    return due.find((record) => !this.#sent.has(record));
  }

  /** The weight first, then its composition. */
  async #tell(record: StoredRecord): Promise<void> {
    await this.#sending.value('indicate', weightMeasurementUuid, record.reading.octets);
    const composition = this.#isConfirmed ? record.companion : zeroed;
    if (record.companion !== null && composition !== null) {
      await this.#sending.value('indicate', bodyCompositionUuid, composition);
    }
    record.sent = true;
    this.#sent.add(record);
  }
}

/** A body composition scale with users. */
export const userScale: GattBehaviourFactory = (host) => new UserScale(host).behaviour;
