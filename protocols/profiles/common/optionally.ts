import { CodecRefusal } from '../../codec.js';
import { CodedError } from '../../errors.js';

/**
 * A step that the readings do not depend on: a device that refuses it, or answers in octets that no
 * codec accepts, is read all the same. Anything else ends the conversation here as anywhere: after a
 * time-out of the attribute protocol the link is of no more use (Core 6.0 Vol 3 Part F §3.3.3).
 */
export async function optionally<T>(step: () => Promise<T> | T): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof CodecRefusal) return null;
    if (error instanceof CodedError && error.code === 'device_refused') return null;
    throw error;
  }
}
