/**
 * Topic names, MQTT 3.1.1, QoS 1. A gateway may publish and subscribe below its own name only.
 */
export type UpChannel = 'measurements' | 'status';
export type DownChannel = 'receipts' | 'commands';

const root = 'hemma/v1';

export function topicOf(gateway: string, channel: UpChannel | DownChannel): string {
  return `${root}/${gateway}/${channel}`;
}

/** The filter that hears one channel of every gateway. */
export function everyGateway(channel: UpChannel): string {
  return `${root}/+/${channel}`;
}

/** Gateway and channel of a topic name, or null when it is none of ours. */
export function parseTopic(topic: string): { gateway: string; channel: string } | null {
  const match = /^hemma\/v1\/([^/+#]+)\/([a-z]+)$/.exec(topic);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { gateway: match[1], channel: match[2] };
}

const up = new Set<string>(['measurements', 'status'] satisfies UpChannel[]);
const down = new Set<string>(['receipts', 'commands'] satisfies DownChannel[]);

export function mayPublish(gateway: string, topic: string): boolean {
  const parsed = parseTopic(topic);
  return parsed !== null && parsed.gateway === gateway && up.has(parsed.channel);
}

export function maySubscribe(gateway: string, filter: string): boolean {
  const parsed = parseTopic(filter);
  return parsed !== null && parsed.gateway === gateway && down.has(parsed.channel);
}

/**
 * The client id of somebody who only looks whether a gateway would be let in: not its own, which would
 * end its connection. No gateway can have it as its id, so it may neither publish nor subscribe.
 */
export function lookingAs(gateway: string): string {
  return `${gateway}.look`;
}
