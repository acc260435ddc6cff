import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clinicPaths, liveEventSchema } from '@hemma/protocols/api/clinic.js';
import { worklistPaths } from '@hemma/protocols/api/worklist.js';
import type { LiveEvent } from '@hemma/protocols/api/clinic.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { coalesceMs, maxClients } from './live.js';

/** A page that listens, as a browser's EventSource does. */
class Page {
  readonly #stop = new AbortController();
  #text = '';
  response: Response | null = null;

  async open(clinic: TestClinic): Promise<number> {
    this.response = await fetch(`${clinic.url}${clinicPaths.live}`, { signal: this.#stop.signal });
    void this.#read();
    return this.response.status;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      const parts = this.response?.body as AsyncIterable<Uint8Array>; // fetch types it as any
      for await (const part of parts) this.#text += decoder.decode(part);
      this.#text += 'ended';
    } catch {
      // Closed by this side.
    }
  }

  async until(found: (text: string) => boolean): Promise<string> {
    while (!found(this.#text)) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.#text;
  }

  async events(count: number): Promise<LiveEvent[]> {
    const text = await this.until((it) => it.split('data: ').length > count);
    const lines = text.split('\n').filter((line) => line.startsWith('data: '));
    return lines.map((line) => liveEventSchema.parse(JSON.parse(line.slice(6))));
  }

  close(): void {
    this.#stop.abort();
  }
}

describe('the feed of changes', () => {
  let clinic: TestClinic;
  let pages: Page[];
  beforeEach(async () => {
    clinic = new TestClinic();
    pages = [];
    await clinic.start();
    await clinic.addPatient('p-0000aaaa', 'copd');
  });
  afterEach(async () => {
    for (const page of pages) page.close();
    await clinic.stop();
  });

  async function listening(): Promise<Page> {
    const page = new Page();
    pages.push(page);
    expect(await page.open(clinic)).toBe(200);
    await page.until((text) => text.includes('retry:'));
    return page;
  }

  it('is an event stream that nothing caches', async () => {
    const { response } = await listening();
    expect(response?.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response?.headers.get('cache-control')).toBe('no-store');
    expect(response?.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('says whose data changed, all changes of half a second in one event', async () => {
    const page = await listening();
    const at = clinic.clock.wall().ms;
    await clinic.see([aMeasurement({ patient: 'p-0000aaaa' })]);
    await clinic.see([
      aMeasurement({ patient: 'p-0000aaaa' }),
      aMeasurement({ patient: 'p-0000bbbb' }),
    ]);
    await clinic.clock.advance(coalesceMs);
    expect(await page.events(1)).toEqual([
      { patients: ['p-0000aaaa', 'p-0000bbbb'], at: at + coalesceMs },
    ]);
    await clinic.see([aMeasurement({ patient: 'p-0000bbbb' })]);
    await clinic.clock.advance(coalesceMs);
    expect((await page.events(2))[1]?.patients).toEqual(['p-0000bbbb']);
  });

  it('tells that a task was acknowledged, on every page', async () => {
    const both = [await listening(), await listening()];
    const at = clinic.clock.wall().ms;
    const low = { kind: 'spo2', patient: 'p-0000aaaa', values: { spo2: 80 } } as const;
    await clinic.see([at, at + 6 * 60_000].map((it) => aMeasurement({ ...low, at: it })));
    await clinic.clock.advance(coalesceMs);
    for (const page of both) await page.events(1);
    const task = await clinic.parts.db.selectFrom('tasks').select('id').executeTakeFirstOrThrow();
    await clinic.post(worklistPaths.acknowledge(task.id));
    await clinic.clock.advance(coalesceMs);
    for (const page of both) expect((await page.events(2))[1]?.patients).toEqual(['p-0000aaaa']);
  });

  it('gives a sign of life, and stays silent otherwise', async () => {
    const page = await listening();
    await clinic.clock.advance(30_000);
    const text = await page.until((it) => it.split(': here').length === 3);
    expect(text).not.toContain('data:');
  });

  it('sends many patients as several events', async () => {
    const page = await listening();
    const many = Array.from({ length: 1_200 }, (_, i) => `p-${String(i).padStart(8, '0')}`);
    clinic.live.touch(many);
    await clinic.clock.advance(coalesceMs);
    const events = await page.events(3);
    expect(events.map((it) => it.patients.length)).toEqual([500, 500, 200]);
    expect(events.flatMap((it) => it.patients)).toEqual(many);
  });

  it(`takes ${maxClients} pages and no more, and has room when one leaves`, async () => {
    const first = await listening();
    while (clinic.live.clients < maxClients) await listening();
    const { status, body } = await clinic.get(clinicPaths.live);
    expect([status, body]).toMatchObject([503, { error: { code: 'overloaded' } }]);
    first.close();
    while (clinic.live.clients === maxClients) await new Promise(setImmediate);
    await listening();
  });

  it('ends when the server stops', async () => {
    const page = await listening();
    clinic.live.stop();
    expect(await page.until((text) => text.endsWith('ended'))).toContain('retry:');
  });
});
