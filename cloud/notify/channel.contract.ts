import { describe, expect, it } from 'vitest';
import type { Channel } from './channel.js';
import { messageOf, notificationKinds, patientMessage, patientNoticeKinds } from './message.js';
import type { Message } from './message.js';

/** A channel with something real at its other end. */
export interface ChannelBench {
  readonly channel: Channel;
  readonly address: string;
  /** What has arrived so far, as text. */
  readonly arrived: () => readonly string[];
  /** The other end takes nothing for now, or never; null when it cannot do that. */
  readonly fail: ((how: 'for-now' | 'for-good' | 'not') => void) | null;
}

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
      await channel.send(address, message({ id: `id-${kind}`, kind }));
      expect(arrived()).toHaveLength(before + 1);
      expect(arrived().at(-1)).toContain(`id-${kind}`);
    });

    it.each(patientNoticeKinds)('brings %s without a unit or a link', async (kind) => {
      const { channel, address, arrived } = bench();
      await channel.send(address, patientMessage(`id-${kind}`, kind, 'sv'));
      const last = arrived().at(-1) ?? '';
      expect(last).toContain(`id-${kind}`);
      expect(last).not.toMatch(/lung|http:/);
    });

    it('says whether it is worth while to try again', async () => {
      const { channel, address, fail, arrived } = bench();
      // A channel that cannot fail has nowhere to send to.
      if (fail === null) {
        expect(address).toBe('');
        return;
      }
      fail('for-now');
      await expect(channel.send(address, message())).rejects.toMatchObject({
        code: 'notify_unavailable',
      });
      fail('for-good');
      await expect(channel.send(address, message())).rejects.toMatchObject({
        code: 'notify_refused',
      });
      fail('not');
      const before = arrived().length;
      await channel.send(address, message());
      expect(arrived()).toHaveLength(before + 1);
    });
  });
}
