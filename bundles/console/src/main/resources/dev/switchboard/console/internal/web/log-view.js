/** The window of the log: entries as they come, pages before and after, and the way back to the end. */
import { button, element, setText } from './dom.js';
import { Entries } from './entries.js';
import { count } from './format.js';
import { PartialView } from './partial-view.js';
import { WINDOW } from './conversation.js';

/** So near to the end, in pixels, counts as at the end. */
const NEAR = 48;

export class LogView {
  #conversation;
  #entries = new Entries();
  #elements = new Map();
  #waiting = [];
  #scheduled = 0;
  #partial = new PartialView();
  #list = element('ol', { className: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': 'Conversation' });
  #older = button('Show what was before', () => this.#conversation.older(), { className: 'quiet page' });
  #newer = button('Show what came next', () => this.#conversation.newer(), { className: 'quiet page' });
  #note = element('p', { className: 'quiet-text centred', hidden: true });
  #latest = button('Go to the end', () => this.#goToTheEnd(), { className: 'latest', hidden: true });
  #scroller;
  #top = 0;
  #size = new ResizeObserver(() => this.#conversation.following && this.#scrollToEnd());
  #stop = new AbortController();

  constructor(conversation) {
    this.#conversation = conversation;
    this.#scroller = element('div', { className: 'scroller', tabIndex: 0, role: 'region', 'aria-label': 'The log' },
      this.#older, this.#note, this.#list, this.#partial.element, this.#newer);
    this.element = element('div', { className: 'log-view' }, this.#scroller, this.#latest);
    const options = { signal: this.#stop.signal };
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { ...options, passive: true });
    conversation.addEventListener('reset', () => this.#reset(), options);
    conversation.addEventListener('append', event => this.#append(event.detail), options);
    conversation.addEventListener('prepend', event => this.#prepend(event.detail), options);
    conversation.addEventListener('trim', event => this.#trim(event.detail), options);
    conversation.addEventListener('partial', event => this.#piece(event.detail), options);
    conversation.addEventListener('change', () => this.#show(), options);
    this.#size.observe(this.#scroller);
    this.#show();
  }

  /** Nothing is shown any more. */
  close() {
    this.#size.disconnect();
    this.#stop.abort();
    cancelAnimationFrame(this.#scheduled);
  }

  /** The run is over: nothing is being said any more. */
  quiet() {
    this.#partial.clear();
  }

  #reset() {
    this.#entries.clear();
    this.#elements.clear();
    this.#waiting = [];
    this.#list.replaceChildren();
    this.#partial.clear();
  }

  /** Entries are made with the next picture, so that a flood makes no more of them than can be seen. */
  #append(records) {
    this.#waiting.push(...records);
    if (records.some(record => record.kind === 'agent' && !record.data.parent_tool_use_id)) {
      this.#partial.clear(); // the finished line is here
    }
    if (this.#waiting.length > WINDOW) {
      this.#waiting.splice(0, this.#waiting.length - WINDOW);
    }
    if (!this.#scheduled) {
      const later = document.visibilityState === 'visible' ? requestAnimationFrame : task => setTimeout(task, 100);
      this.#scheduled = later(() => this.#flush());
    }
  }

  #flush() {
    this.#scheduled = 0;
    if (this.#stop.signal.aborted) {
      return;
    }
    const records = this.#waiting;
    this.#waiting = [];
    const atEnd = this.#conversation.following;
    const page = document.createDocumentFragment();
    for (const record of records) {
      page.append(...this.#made(record));
    }
    this.#list.append(page);
    this.#show();
    if (atEnd && this.#conversation.live) {
      this.#scrollToEnd();
    }
  }

  #made(record) {
    const made = this.#entries.make(record);
    if (!made) {
      return [];
    }
    this.#elements.set(record.seq, made);
    return [made];
  }

  #prepend(records) {
    const height = this.#scroller.scrollHeight;
    const top = this.#scroller.scrollTop;
    this.#list.setAttribute('aria-busy', 'true');
    const page = document.createDocumentFragment();
    for (const record of records) {
      page.append(...this.#made(record));
    }
    this.#list.prepend(page);
    this.#list.setAttribute('aria-busy', 'false');
    if (this.#conversation.following) {
      this.#scrollToEnd();
    } else {
      this.#scroller.scrollTop = top + this.#scroller.scrollHeight - height;
    }
  }

  #trim(records) {
    const gone = new Set(records.map(record => record.seq));
    const oldest = records[0].seq < (this.#conversation.first ?? 0);
    const height = oldest && !this.#conversation.following ? this.#scroller.scrollHeight : 0;
    this.#waiting = this.#waiting.filter(record => !gone.has(record.seq));
    for (const seq of gone) {
      this.#elements.get(seq)?.remove();
      this.#elements.delete(seq);
    }
    if (height > 0) {
      this.#scroller.scrollTop -= height - this.#scroller.scrollHeight; // what is read stays where it is
    }
  }

  #piece(line) {
    if (!this.#conversation.live) {
      return;
    }
    this.#partial.take(line);
    if (this.#conversation.following) {
      this.#scrollToEnd();
    }
  }

  #show() {
    const { phase, hasOlder, live, paging, unseen } = this.#conversation;
    this.#older.hidden = !hasOlder;
    this.#newer.hidden = live;
    this.#older.disabled = this.#newer.disabled = paging;
    const empty = phase === 'ready' && !hasOlder && this.#list.childElementCount === 0 && this.#waiting.length === 0;
    this.#note.hidden = phase === 'ready' && !empty;
    setText(this.#note, phase === 'loading' ? 'Loading …' : phase === 'failed' ? 'The log cannot be shown just now.'
      : 'Nothing has been said here yet.');
    this.#latest.hidden = live && this.#conversation.following;
    setText(this.#latest, unseen > 0 ? `Go to the end (${count(unseen, 'record')} more)` : 'Go to the end');
  }

  /** Whoever is at the end stays there until he goes back himself; a page that becomes smaller does not count as that. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    const following = atEnd ? this.#conversation.live : this.#conversation.following && scrollTop >= this.#top;
    this.#top = scrollTop;
    if (following !== this.#conversation.following) {
      this.#conversation.following = following;
      this.#show();
    }
    if (scrollTop < NEAR && !following) {
      this.#conversation.older();
    }
  }

  #scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  #goToTheEnd() {
    if (this.#conversation.live) {
      this.#conversation.following = true;
      this.#scrollToEnd();
      this.#show();
    } else {
      this.#conversation.latest();
    }
    this.#scroller.focus();
  }
}
