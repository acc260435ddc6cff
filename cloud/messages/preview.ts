import { maxPreview } from '@hemma/protocols/api/messages.js';

const graphemes = new Intl.Segmenter('sv', { granularity: 'grapheme' });

/** The beginning of a message in one line; nothing that is read as one character is cut in two. */
export function previewOf(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  if (line.length <= maxPreview) return line;
  let kept = '';
  for (const { segment } of graphemes.segment(line)) {
    if (kept.length + segment.length >= maxPreview) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
