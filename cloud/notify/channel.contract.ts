import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Channel } from './channel.js';
import { messageOf, notificationKinds, patientMessage, patientNoticeKinds } from './message.js';
import type { Message } from './message.js';

export type Failing = 'for-now' | 'for-good' | 'silent' | 'not';

/** A channel with something real at its other end. */
export interface ChannelBench {
  readonly channel: Channel;
  readonly address: string;
  /** What has arrived so far, as text. */
  readonly arrived: () => readonly string[];
  /** The other end takes nothing for now, or never, or says nothing; null when it cannot do that. */
  readonly fail: ((how: Failing) => void) | null;
}

/** Of a message that nobody gives up. */
export const never: AbortSignal = new AbortController().signal;
/** Far below every timeout of a channel, far above what a loaded machine needs. */
const soonMs = 5_000;

/** What every channel does. */
export function channelContract(name: string, bench: () => ChannelBench): void {
  const message = (more: Partial<Message> = {}): Message => ({
    ...messageOf({ id: 'a1b2', kind: 'task-red', unit: 'lung', count: 3, link: 'http://x/' }),
    ...more,
  });

  describe(`${name} as a channel`, () => {
    it.each(notificationKinds)('brings %s, with the id that tells a repeat', async (kind) => {
      const { channel, address, arrived } = bench();
      const before = arrived().length;
      await channel.send(address, message({ id: `id-${kind}`, kind }), never);
      expect(arrived()).toHaveLength(before + 1);
      expect(arrived().at(-1)).toContain(`id-${kind}`);
    });

    it.each(patientNoticeKinds)('brings %s without a unit or a link', async (kind) => {
      const { channel, address, arrived } = bench();
      await channel.send(address, patientMessage(`id-${kind}`, kind, 'sv'), never);
      const last = arrived().at(-1) ?? '';
      expect(last).toContain(`id-${kind}`);
      expect(last).not.toMatch(/lung|http:/);
    });

    it('gives up a silent receiver as soon as it is told to', async () => {
      const { channel, address, fail } = bench();
      if (fail === null) return;
      fail('silent');
      const stopping = new AbortController();
      const sent = channel.send(address, message(), stopping.signal);
      const refused = expect(sent).rejects.toMatchObject({ code: 'notify_unavailable' });
      await setTimeout(100);
      const from = performance.now();
      stopping.abort();
      await refused;
      expect(performance.now() - from).toBeLessThan(soonMs);
      fail('not');
    });

    it('says whether it is worth while to try again', async () => {
      const { channel, address, fail, arrived } = bench();
      // A channel that cannot fail has nowhere to send to.
      if (fail === null) {
        expect(address).toBe('');
        return;
      }
      fail('for-now');
      await expect(channel.send(address, message(), never)).rejects.toMatchObject({
        code: 'notify_unavailable',
      });
      fail('for-good');
      await expect(channel.send(address, message(), never)).rejects.toMatchObject({
        code: 'notify_refused',
      });
      fail('not');
      const before = arrived().length;
      await channel.send(address, message(), never);
      expect(arrived()).toHaveLength(before + 1);
    });
  });
}
