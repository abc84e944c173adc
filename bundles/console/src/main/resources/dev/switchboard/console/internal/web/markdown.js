/**
 * The little Markdown that agents write, as elements: headings, lists, tables, quotes, code, emphasis, links to the web. Built
 * with createElement only; what is not understood is shown as it stands. Time is linear in the length of the text.
 */
import { add, button, element } from './dom.js';

const LONGEST = 100000;
const DEEPEST = 6;
const LINK = /\[([^[\]\n]{1,1000})\]\(([^()\s]{1,2000})\)/y;
const ADDRESS = /https?:\/\/[^\s<>"'`\])}]{1,2000}/y;
const ITEM = /^( {0,12})([-*+]|\d{1,9}[.)]) +(.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^(#{1,6}) +(.*)$/;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$/;

/** A text that is Markdown. */
export function markdown(text) {
  if (text.length > LONGEST) {
    return null;
  }
  const box = element('div', { className: 'markdown' });
  add(box, blocks(text.replace(/\r\n/g, '\n').split('\n'), 0));
  return box;
}

function blocks(lines, depth) {
  if (depth > DEEPEST) {
    return [element('p', {}, lines.join('\n'))];
  }
  const made = [];
  let at = 0;
  while (at < lines.length) {
    const next = lines[at].trim() === '' ? at + 1 : block(lines, at, depth, made);
    at = next;
  }
  return made;
}

/** Makes the block that begins at a line; returns where the next one begins. */
function block(lines, at, depth, made) {
  const line = lines[at];
  const fence = FENCE.exec(line);
  if (fence) {
    return code(lines, at, fence, made);
  }
  const heading = HEADING.exec(line);
  if (heading) {
    made.push(element('h' + Math.min(6, heading[1].length + 2), {}, inline(heading[2], depth)));
    return at + 1;
  }
  if (RULE.test(line)) {
    made.push(element('hr'));
    return at + 1;
  }
  if (line.startsWith('>')) {
    const end = endOf(lines, at, quoted => quoted.startsWith('>'));
    const inner = lines.slice(at, end).map(quoted => quoted.replace(/^> ?/, ''));
    made.push(element('blockquote', {}, blocks(inner, depth + 1)));
    return end;
  }
  if (ITEM.test(line)) {
    return list(lines, at, depth, made);
  }
  if (line.includes('|') && at + 1 < lines.length && isDelimiterRow(lines[at + 1])) {
    return table(lines, at, depth, made);
  }
  const end = endOf(lines, at + 1, more => more.trim() !== '' && !begins(more));
  made.push(element('p', {}, inline(lines.slice(at, end).join('\n'), depth)));
  return end;
}

function begins(line) {
  return FENCE.test(line) || HEADING.test(line) || line.startsWith('>') || ITEM.test(line) || RULE.test(line);
}

function endOf(lines, from, belongs) {
  let end = from;
  while (end < lines.length && belongs(lines[end])) {
    end++;
  }
  return end;
}

function code(lines, at, fence, made) {
  const closing = line => line.trim().startsWith(fence[1]) && line.trim().replaceAll(fence[1][0], '') === '';
  const end = endOf(lines, at + 1, line => !closing(line));
  made.push(codeBlock(lines.slice(at + 1, end).join('\n'), fence[2].trim()));
  return end + 1;
}

/** Code with what it is written in, and a button that copies it. */
function codeBlock(text, language) {
  const copy = button('Copy', async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = 'Copied';
    } catch {
      copy.textContent = 'Not allowed here';
    }
  }, { className: 'quiet copy' });
  return element('figure', { className: 'code' },
    element('figcaption', {}, element('span', {}, language.slice(0, 40)), copy),
    element('pre', { tabIndex: 0 }, element('code', {}, text)));
}

function list(lines, at, depth, made) {
  const first = ITEM.exec(lines[at]);
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let line = at;
  while (line < lines.length) {
    const item = ITEM.exec(lines[line]);
    if (item && item[1].length <= indent + 1 && /\d/.test(item[2]) === ordered) {
      items.push([item[3]]);
    } else if (lines[line].trim() === '') {
      if (line + 1 >= lines.length || !(/^ {2,}\S/.test(lines[line + 1]) || ITEM.test(lines[line + 1]))) {
        break;
      }
      items.at(-1).push('');
    } else if (item ? item[1].length > indent + 1 : /^ {2,}/.test(lines[line]) || !begins(lines[line])) {
      items.at(-1).push(lines[line].replace(/^ {1,4}/, ''));
    } else {
      break;
    }
    line++;
  }
  const box = element(ordered ? 'ol' : 'ul', ordered ? { start: parseInt(first[2], 10) } : {});
  for (const item of items) {
    const inner = item.length === 1 ? inline(item[0], depth) : blocks(item, depth + 1);
    box.append(element('li', {}, inner));
  }
  made.push(box);
  return line;
}

function isDelimiterRow(line) {
  const row = cells(line);
  return line.includes('-') && row.every(cell => /^:?-{1,200}:?$/.test(cell));
}

function cells(line) {
  return line.trim().replace(/^\|/, '').replace(/\|$/, '').split('|').map(cell => cell.trim());
}

function table(lines, at, depth, made) {
  const end = endOf(lines, at + 2, line => line.includes('|'));
  const row = (line, tag) => element('tr', {}, cells(line).map(cell => element(tag, {}, inline(cell, depth))));
  made.push(element('div', { className: 'wide', tabIndex: 0 }, element('table', {},
    element('thead', {}, row(lines[at], 'th')),
    element('tbody', {}, lines.slice(at + 2, end).map(line => row(line, 'td'))))));
  return end;
}

/** What stands in one block: code, emphasis and links among text. */
function inline(text, depth) {
  const made = [];
  const hopeless = new Set();
  let from = 0;
  let at = 0;
  const flush = to => {
    if (to > from) {
      made.push(text.slice(from, to));
    }
  };
  while (at < text.length) {
    const found = depth <= DEEPEST ? span(text, at, depth, hopeless) : null;
    if (found) {
      flush(at);
      made.push(found.node);
      at = found.end;
      from = at;
    } else {
      at++;
    }
  }
  flush(text.length);
  return made;
}

function span(text, at, depth, hopeless) {
  switch (text[at]) {
    case '\\':
      return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '') ? { node: text[at + 1], end: at + 2 } : null;
    case '`':
      return codeSpan(text, at, hopeless);
    case '*':
    case '_':
      return emphasis(text, at, depth, hopeless);
    case '[':
      return link(text, at, depth);
    case 'h':
      return address(text, at);
    default:
      return null;
  }
}

function codeSpan(text, at, hopeless) {
  let run = 1;
  while (text[at + run] === '`') {
    run++;
  }
  const mark = '`'.repeat(run);
  const end = hopeless.has(mark) ? -1 : text.indexOf(mark, at + run);
  if (end < 0) {
    hopeless.add(mark);
    return { node: mark, end: at + run };
  }
  return { node: element('code', {}, text.slice(at + run, end)), end: end + run };
}

function emphasis(text, at, depth, hopeless) {
  const mark = text[at + 1] === text[at] ? text[at] + text[at] : text[at];
  const inWord = text[at] === '_' && /\w/.test(text[at - 1] ?? '');
  const opens = !inWord && /\S/.test(text[at + mark.length] ?? ' ') && text[at + mark.length] !== text[at];
  const end = opens && !hopeless.has(mark) ? closing(text, at + mark.length + 1, mark) : -1;
  if (end < 0) {
    if (opens) {
      hopeless.add(mark);
    }
    return { node: mark, end: at + mark.length };
  }
  const inner = inline(text.slice(at + mark.length, end), depth + 1);
  return { node: element(mark.length === 2 ? 'strong' : 'em', {}, inner), end: end + mark.length };
}

function closing(text, from, mark) {
  for (let end = text.indexOf(mark, from); end >= 0; end = text.indexOf(mark, end + 1)) {
    const part = mark.length === 1 && (text[end + 1] === mark || text[end - 1] === mark);
    const inWord = mark[0] === '_' && /\w/.test(text[end + mark.length] ?? '');
    if (!part && !inWord && /\S/.test(text[end - 1])) {
      return end;
    }
  }
  return -1;
}

function link(text, at, depth) {
  LINK.lastIndex = at;
  const found = LINK.exec(text);
  const target = found ? webAddress(found[2]) : null;
  return target ? { node: anchor(target, inline(found[1], depth + 4)), end: LINK.lastIndex } : null;
}

function address(text, at) {
  ADDRESS.lastIndex = at;
  const found = ADDRESS.exec(text);
  const shown = found ? found[0].replace(/[.,;:!?*_]+$/, '') : '';
  const target = found ? webAddress(shown) : null;
  return target ? { node: anchor(target, shown), end: at + shown.length } : null;
}

/** The address of a page of the web; null for everything else, scripts above all. */
function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A link leads out of the console, and says where to. */
function anchor(target, content) {
  return element('a', { href: target, title: target, target: '_blank', rel: 'noopener noreferrer nofollow' }, content);
}
