/** Makes elements. Whatever is text becomes a text node: nothing in the console reads HTML. */
import { visible } from './text.js';

const MARKUP = new Set(['innerHTML', 'outerHTML', 'srcdoc', 'insertAdjacentHTML']);

/**
 * An element.
 *
 * @param tag its name
 * @param properties of the DOM (className, onclick, hidden …), or attributes (role, aria-…); null and undefined are left out
 * @param children elements, texts, or lists of them; null, undefined and false are left out
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (MARKUP.has(name)) {
      throw new TypeError('no markup');
    } else if (value === null || value === undefined) {
      continue;
    } else if (name in made && !name.includes('-')) {
      made[name] = value;
    } else {
      made.setAttribute(name, value);
    }
  }
  add(made, children);
  return made;
}

/** Adds children to an element or fragment. */
export function add(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child instanceof Node) {
      parent.append(child);
    } else if (child !== null && child !== undefined && child !== false) {
      parent.append(document.createTextNode(visible(child)));
    }
  }
}

/** Replaces what an element contains. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
}

/** Sets an element's text, if it is another. */
export function setText(target, text) {
  const shown = visible(text);
  if (target.textContent !== shown) {
    target.textContent = shown;
  }
}

/** A button that does something. */
export function button(label, onclick, properties = {}) {
  return element('button', { type: 'button', onclick, ...properties }, label);
}

/** A form's field with its label before it. */
export function field(label, control, hint) {
  return element('label', { className: 'field' },
    element('span', { className: 'label' }, label), control,
    hint ? element('span', { className: 'hint' }, hint) : null);
}

/** Something that is closed until somebody wants to see it, and is only made then. */
export function folded(className, summary, content) {
  const body = element('div', { className: 'folded-body' });
  const details = element('details', { className }, element('summary', {}, summary), body);
  let made = false;
  details.addEventListener('toggle', () => {
    if (details.open && !made) {
      made = true;
      add(body, [content()]);
    }
  });
  return details;
}

const FIRST_CHARACTERS = 4000;
const MORE_CHARACTERS = 100000;

/** A text as it is, of which a long one is shown in pieces. */
export function plain(text, className = 'plain') {
  const shown = document.createTextNode('');
  const box = element('pre', { className, tabIndex: 0 }, shown);
  let length = Math.min(text.length, FIRST_CHARACTERS);
  shown.data = visible(text.slice(0, length));
  if (text.length <= length) {
    box.removeAttribute('tabindex');
    return box;
  }
  const more = button('', () => {
    const next = Math.min(text.length, length + MORE_CHARACTERS);
    shown.appendData(visible(text.slice(length, next)));
    length = next;
    label();
  }, { className: 'quiet more' });
  const label = () => {
    more.hidden = length === text.length;
    setText(more, `Show more (${(text.length - length).toLocaleString('en')} characters are left)`);
  };
  label();
  return element('div', {}, box, more);
}
