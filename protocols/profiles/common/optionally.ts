import { CodecRefusal } from '../../codec.js';
import { CodedError } from '../../errors.js';

/**
 * A step that the readings do not depend on: a device that refuses it, or answers in octets that no
 * codec accepts, is read all the same. A lost link ends the conversation here as anywhere.
 */
export async function optionally<T>(step: () => Promise<T> | T): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof CodecRefusal) return null;
    if (error instanceof CodedError && error.code !== 'link_lost') return null;
    throw error;
  }
}
