/**
 * The WebSocket to the server: shows the token, says hello, pairs requests with replies, and comes back by itself when the
 * connection is lost.
 *
 * Events: "status" when the field `status` changes; "ready" (detail: hello's data and the name of the token) each time requests
 * can be sent; "frame" (detail: the frame) for everything that the server says.
 */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;
const SILENCE = 30000;
const PATIENCE = 15000;
const REPLY_TIME = 60000;
const POLICY = 1008;
const CLOSED_BY_OPERATOR = 'closed by an operator';

/** The frame that is the last reply to a request, where it has another name. */
const LAST_REPLY = {
  project_create: 'project_state',
  project_join: 'project_joined',
  project_leave: 'project_left',
  project_delete: 'project_deleted',
  health: 'health_status',
};

/** A request that was not done. */
export class RequestError extends Error {
  constructor(code, message, details = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export class Connection extends EventTarget {
  #socket = null;
  #waiting = new Map();
  #nextId = 1;
  #pause = FIRST_PAUSE;
  #timer = 0;
  #watch = 0;
  #heard = 0;
  #asked = false;
  #token = () => null;

  /** One of: state "off", "connecting", "online", "waiting" (with `until`), "refused" (with `reason`). */
  status = { state: 'off' };

  constructor() {
    super();
    addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#hurry());
  }

  /** Connects. @param token gives the token at each attempt, or null where none is needed */
  start(token) {
    this.stop();
    this.#token = token;
    this.#pause = FIRST_PAUSE;
    this.#open();
  }

  /** Ends the connection for good. */
  stop() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#become({ state: 'off' });
  }

  /** Connects now, if it waits for a better moment. */
  retry() {
    this.#hurry();
  }

  get online() {
    return this.status.state === 'online';
  }

  /**
   * Sends a request.
   *
   * @param project the id of the project that it is about, or undefined
   * @return a promise of the reply; rejected with a RequestError
   */
  request(type, data = {}, project = undefined) {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new RequestError('OFFLINE', 'There is no connection to the server just now.'));
    }
    const id = `c${this.#nextId++}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new RequestError('TIMEOUT', 'The server did not answer in time.'));
      }, REPLY_TIME);
      this.#waiting.set(id, { type: LAST_REPLY[type] ?? type, resolve, reject, timer });
      socket.send(JSON.stringify({ type, project_id: project, request_id: id, data }));
    });
  }

  /** The same for what changes nothing: while a part of the server is being exchanged it is tried again. */
  async read(type, data, project) {
    for (let attempt = 0; ; attempt++) {
      const socket = this.#socket;
      try {
        return await this.request(type, data, project);
      } catch (error) {
        const pause = error.details?.retry_after_ms;
        if (pause === undefined || attempt >= 20 || !(error.code.endsWith('_UNAVAILABLE') || error.code === 'RESOURCE_LIMIT')) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, Math.max(200, pause)));
        if (socket !== this.#socket) {
          throw error;
        }
      }
    }
  }

  #open() {
    this.#become({ state: 'connecting' });
    const address = new URL('ws', document.baseURI);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () => this.#introduce(socket);
    socket.onmessage = message => socket === this.#socket && this.#hear(message.data);
    socket.onclose = close => socket === this.#socket && this.#closed(close);
    clearInterval(this.#watch);
    this.#heard = Date.now();
    this.#asked = false;
    this.#watch = setInterval(() => this.#listen(), 5000);
  }

  async #introduce(socket) {
    try {
      const token = this.#token();
      const known = token === null ? null : (await this.request('auth', { token })).data;
      const hello = (await this.read('hello', { capabilities: ['permissions'] })).data;
      if (socket === this.#socket) {
        this.#pause = FIRST_PAUSE;
        this.#become({ state: 'online' });
        this.dispatchEvent(new CustomEvent('ready', { detail: { ...hello, name: known?.name ?? null } }));
      }
    } catch (error) {
      if (socket === this.#socket) {
        if (error.code === 'UNAUTHORIZED') {
          this.#refuse(this.#token() === null ? '' : 'The server does not accept this token: it is wrong, revoked, or its time is over.');
        } else if (error.code !== 'OFFLINE') {
          this.#lost(error.message, error.details?.retry_after_ms);
        }
      }
    }
  }

  #hear(text) {
    this.#heard = Date.now();
    this.#asked = false;
    const frame = JSON.parse(text);
    this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
    const waiting = this.#waiting.get(frame.request_id);
    if (waiting && (frame.type === 'error' || frame.type === waiting.type)) {
      this.#waiting.delete(frame.request_id);
      clearTimeout(waiting.timer);
      if (frame.type === 'error') {
        waiting.reject(new RequestError(frame.data.code, frame.data.message, frame.data.details));
      } else {
        waiting.resolve(frame);
      }
    }
  }

  #closed(close) {
    if (close.code === POLICY && close.reason !== CLOSED_BY_OPERATOR) {
      this.#refuse(`The server has ended this connection: ${close.reason || 'it is not welcome any more'}.`);
    } else if (close.code === POLICY) {
      this.#refuse('An operator of the server has closed this connection.', true);
    } else {
      this.#lost(close.reason);
    }
  }

  /** Nothing of the kind is tried again by itself. @param tokenIsGood whether the same token may be shown again */
  #refuse(reason, tokenIsGood = false) {
    this.#drop();
    this.#become({ state: 'refused', reason, tokenIsGood });
  }

  #lost(reason, atLeast = 0) {
    this.#drop();
    const pause = Math.max(atLeast, this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    this.#become({ state: 'waiting', until: Date.now() + pause, reason });
    this.#timer = setTimeout(() => this.#open(), pause);
  }

  #hurry() {
    if (this.status.state === 'waiting') {
      clearTimeout(this.#timer);
      this.#open();
    }
  }

  /** The server says something every few seconds. If it does not it is asked, and if it does not answer it is not there. */
  #listen() {
    const silence = Date.now() - this.#heard;
    if (silence > SILENCE + PATIENCE) {
      this.#lost('the server does not answer');
    } else if (silence > SILENCE && !this.#asked && this.online) {
      this.#asked = true;
      this.request('health').catch(() => {});
    }
  }

  #drop() {
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const request of waiting) {
      clearTimeout(request.timer);
      request.reject(new RequestError('OFFLINE', 'The connection to the server was lost; what was asked may have been done.'));
    }
  }

  #become(status) {
    this.status = status;
    this.dispatchEvent(new Event('status'));
  }
}
