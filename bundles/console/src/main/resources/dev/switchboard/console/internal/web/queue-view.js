/** The runs that wait for the one that is active. */
import { button, element, fill } from './dom.js';
import { clock } from './format.js';

export class QueueView {
  #cancel;
  #mayCancel;
  #shown = '';

  /** @param cancel takes one out, by its execution's id */
  constructor(cancel, mayCancel) {
    this.#cancel = cancel;
    this.#mayCancel = mayCancel;
    this.element = element('section', { className: 'queue', 'aria-label': 'Queue', hidden: true });
  }

  show(items) {
    const shown = JSON.stringify(items);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.element.hidden = items.length === 0;
    fill(this.element, element('h3', {}, `Waiting (${items.length})`), element('ol', {}, items.map(item => element('li', {},
      element('span', { className: 'grow' }, item.prompt), element('span', { className: 'quiet-text' }, `${item.by}, ${clock(item.queued_at)}`),
      this.#mayCancel ? button('Cancel', () => this.#cancel(item.execution_id), { className: 'quiet', 'aria-label': `Cancel ${item.prompt}` }) : null))));
  }
}
