/** Whether the server can be heard, always in sight. */
import { button, element, setText } from './dom.js';

export class ConnectionView {
  #connection;
  #timer = 0;
  #text = element('span', { role: 'status' });
  #retry;
  #slow = false;

  constructor(connection) {
    this.#connection = connection;
    this.#retry = button('Now', () => connection.retry(), { className: 'quiet', hidden: true });
    this.element = element('span', { className: 'connection' }, this.#text, this.#retry);
    connection.addEventListener('status', () => this.show());
    this.show();
  }

  /** Takes what the server says of this connection. */
  health(data) {
    this.#slow = data.status === 'slow';
    this.show();
  }

  show() {
    clearInterval(this.#timer);
    const { state, until } = this.#connection.status;
    this.element.dataset.state = state;
    this.#retry.hidden = state !== 'waiting';
    if (state === 'waiting') {
      this.element.title = this.#connection.status.reason || 'the server cannot be reached';
      const left = Math.ceil((until - Date.now()) / 1000);
      setText(this.#text, left > 1 ? `Connection lost, next try in ${left} s` : 'Connection lost');
      this.#timer = setInterval(() => this.show(), 1000);
    } else {
      this.element.title = this.#slow ? 'The server sends faster than this browser reads; nothing is lost' : '';
      setText(this.#text, { off: 'Not connected', connecting: 'Connecting …', online: this.#slow ? 'Connected, slow' : 'Connected', refused: 'Not connected' }[state]);
    }
  }
}
