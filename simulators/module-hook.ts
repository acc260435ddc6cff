/** Puts a stand-in in the place of a native module below an unmodified CommonJS package. */
import Module from 'node:module';

type Load = (request: string, ...rest: unknown[]) => unknown;

/**
 * From now on `require` of any of these names gives the stand-in, in packages that were not loaded
 * before. Returns what undoes it. Node offers no public way to do this for CommonJS.
 */
export function standInFor(names: readonly string[], makeStandIn: () => unknown): () => void {
  // The loader's entry point is not part of Node's types, but is kept stable for such tools.
  const loader = Module as unknown as { _load: Load };
  const original = loader._load;
  const hooked: Load = function (this: unknown, request, ...rest) {
    return names.includes(request) ? makeStandIn() : original.call(this, request, ...rest);
  };
  loader._load = hooked;
  return () => {
    if (loader._load === hooked) loader._load = original;
  };
}
