/** Texts of others, made harmless to read: what would reorder or hide characters is shown instead of obeyed. */

const COLOURS = /\u001b\[[0-9;]*m/g;
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The text with control, bidirectional and invisible characters as their names; colours of terminals are left out. */
export function visible(text) {
  return String(text)
    .replace(COLOURS, '')
    .replace(/\r\n/g, '\n')
    .replace(HIDDEN, character => `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** The first line of a text, at most so many characters of it. */
export function firstLine(text, most = 120) {
  const line = String(text).trimStart().split('\n', 1)[0];
  return line.length > most ? line.slice(0, most) + '…' : line;
}

/** What any value of a message looks like as text. */
export function asText(value) {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? '';
}
