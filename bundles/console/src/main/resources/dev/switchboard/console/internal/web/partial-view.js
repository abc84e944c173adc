/** What the agent is just saying: the pieces of a message that is not finished, until the finished one comes. */
import { element } from './dom.js';
import { visible } from './text.js';

const LONGEST = 20000;

export class PartialView {
  #text = document.createTextNode('');
  #what = '';
  #box;

  constructor() {
    this.#box = element('div', { className: 'partial', hidden: true, 'aria-live': 'off' }, element('pre', { className: 'plain long' }, this.#text));
  }

  get element() {
    return this.#box;
  }

  /** Takes a line of the agent that is no record. */
  take(line) {
    if (line.type !== 'stream_event' || line.parent_tool_use_id) {
      return;
    }
    const event = line.event ?? {};
    if (event.type === 'message_start') {
      this.clear();
    } else if (event.type === 'content_block_start') {
      this.#begin(event.content_block ?? {});
    } else if (event.type === 'content_block_delta') {
      const delta = event.delta ?? {};
      this.#append(delta.text ?? delta.thinking ?? delta.partial_json ?? '');
    }
  }

  #begin(block) {
    this.clear();
    this.#what = block.type ?? '';
    this.#box.dataset.what = this.#what;
    if (block.type === 'tool_use') {
      this.#append(`${block.name} `);
    }
  }

  #append(text) {
    if (text) {
      this.#text.appendData(visible(text));
      if (this.#text.length > LONGEST) {
        this.#text.deleteData(0, this.#text.length - LONGEST);
      }
      this.#box.hidden = false;
    }
  }

  clear() {
    this.#text.data = '';
    this.#box.hidden = true;
  }
}
