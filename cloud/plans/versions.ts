/** Whether a version like `1.2.0` or `1.2.0-draft` comes after another: a draft before its release. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [partsOf(version), partsOf(than)];
  const first = a.numbers.findIndex((it, i) => it !== b.numbers[i]);
  if (first >= 0) return (a.numbers[first] ?? 0) > (b.numbers[first] ?? 0);
  if (a.label === '' || b.label === '') return a.label === '' && b.label !== '';
  return a.label > b.label;
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly label: string } {
  const [release = '', ...label] = version.split('-');
  return { numbers: release.split('.').map(Number), label: label.join('-') };
}
