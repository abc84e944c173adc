/** What a tool is called with, and what came of it. */
import { element, plain } from './dom.js';
import { asText, firstLine } from './text.js';

/** The one field of a tool's input that tells most. */
const TELLING = ['command', 'file_path', 'notebook_path', 'path', 'pattern', 'url', 'query', 'description', 'prompt', 'skill'];

/** What a call is about, in one line. */
export function callTitle(input) {
  const name = TELLING.find(field => typeof input?.[field] === 'string');
  return name ? firstLine(input[name]) : '';
}

/** A call's input: texts as they are, everything else as JSON. */
export function inputView(input) {
  const fields = Object.entries(input ?? {});
  if (fields.length === 0) {
    return element('p', { className: 'quiet-text' }, 'nothing');
  }
  return element('dl', { className: 'fields' }, fields.map(([name, value]) => [
    element('dt', {}, name),
    element('dd', { className: fieldClass(name) }, plain(asText(value))),
  ]));
}

function fieldClass(name) {
  return name === 'old_string' ? 'removed' : name === 'new_string' ? 'added' : '';
}

const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** An image of a message; of a type that is none to look at, only its name. */
export function imageView(source) {
  const shown = source?.type === 'base64' && IMAGES.has(source.media_type) && /^[A-Za-z0-9+/=\s]*$/.test(source.data);
  return shown
    ? element('img', { src: `data:${source.media_type};base64,${source.data}`, alt: 'an image', className: 'picture' })
    : element('p', { className: 'quiet-text' }, `an image (${source?.media_type ?? source?.type ?? 'unknown'})`);
}

/** The content of a result: texts and images. */
export function resultView(content) {
  const blocks = Array.isArray(content) ? content : [{ type: 'text', text: content ?? '' }];
  return element('div', {}, blocks.map(block => {
    if (block?.type === 'image') {
      return imageView(block.source);
    }
    return plain(block?.type === 'text' ? asText(block.text) : asText(block));
  }));
}
