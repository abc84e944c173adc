/**
 * A project's log as far as it is shown: a window of records, which follows the head or has been moved back. Knows no elements.
 *
 * Events: "reset"; "append" and "prepend" (detail: records); "trim" (detail: records that are not shown any more); "partial"
 * (detail: a piece of a message that is not finished); "change" when a field has another value; "failed" (detail: an error).
 */
import { gap, ofFrame, ofPage } from './records.js';

/** How many records are shown at once. */
export const WINDOW = 500;
/** So many are asked for at once. */
const PAGE = 100;
/** Who has missed more than that begins anew at the end; the rest is a page back. */
const FAR = 1000;

export class Conversation extends EventTarget {
  #connection;
  #records = [];
  #epoch = null;
  /** The last record that was processed, whether it is shown or not; Infinity while that is not known. */
  #last = Infinity;
  #attempt = 0;
  #joining = false;

  /** Whether the window ends at the head of the log and moves with it. */
  live = true;
  /** Whether the reader is at the end, so that a full window may lose its beginning. */
  following = true;
  /** "loading", "ready", or "failed". */
  phase = 'loading';
  hasOlder = false;
  paging = false;

  constructor(connection, id) {
    super();
    this.#connection = connection;
    this.id = id;
  }

  /** The number of the first record that is shown, if any is. */
  get first() {
    return this.#records[0]?.seq;
  }

  /** How many records come behind those that are shown. */
  get unseen() {
    return this.live || this.#records.length === 0 ? 0 : this.#last - lastOf(this.#records);
  }

  /**
   * Begins to follow the project, or goes on after the connection was lost.
   *
   * @param head the last record, as far as it is known; undefined if it is not
   */
  async join(head, epoch) {
    const known = this.phase === 'ready' && this.#epoch !== null;
    const far = head !== undefined && head - this.#last > FAR;
    const attempt = ++this.#attempt;
    this.#joining = true;
    try {
      if (known && !far && (epoch === undefined || epoch === this.#epoch)) {
        await this.#connection.read(
          'project_join', { after_seq: this.#last, epoch: this.#epoch, detail: 'all' }, this.id);
        this.phase = 'ready';
        this.#changed();
      } else {
        await this.#begin(attempt);
      }
    } catch (error) {
      this.#failed(error, attempt);
    } finally {
      if (attempt === this.#attempt) {
        this.#joining = false;
      }
    }
  }

  /** Forgets what is shown and begins at the end of the log. */
  async #begin(attempt) {
    this.#clear();
    this.phase = 'loading';
    this.#last = Infinity;
    this.#changed();
    const { data } = await this.#connection.read('project_join', { detail: 'all' }, this.id);
    if (attempt !== this.#attempt) {
      return;
    }
    this.#epoch = data.epoch;
    this.#last = data.last_seq;
    await this.#end(attempt);
  }

  /** Loads the end of the log. */
  async #end(attempt) {
    this.live = true;
    const page = await this.#page({ before_seq: this.#last + 1, order: 'desc', limit: PAGE });
    if (attempt === this.#attempt && page) {
      this.#prepend(page.records);
      this.hasOlder = page.hasMore;
      this.phase = 'ready';
      this.#changed();
    }
  }

  #failed(error, attempt) {
    if (attempt === this.#attempt && error.code !== 'OFFLINE') {
      this.phase = 'failed';
      this.dispatchEvent(new CustomEvent('failed', { detail: error }));
      this.#changed();
    }
  }

  /** A page of the log; null if the log is another one than before, which then is begun with anew. */
  async #page(question) {
    const { data } = await this.#connection.read('get_messages', question, this.id);
    if (data.metadata.epoch !== this.#epoch) {
      this.join(undefined, data.metadata.epoch);
      return null;
    }
    return { records: ofPage(data), hasMore: data.metadata.has_more };
  }

  /** Takes what a frame tells of the log. */
  take(frame) {
    if (frame.type === 'replay') {
      this.#replay(frame.data);
    } else if (frame.type === 'gap') {
      this.#gap(frame.data);
    } else if (frame.seq !== undefined) {
      this.#record(frame);
    } else if (frame.type === 'agent_message') {
      this.dispatchEvent(new CustomEvent('partial', { detail: frame.data }));
    }
  }

  #replay(data) {
    if (data.verdict === 'gap') {
      this.#epoch = null;
      this.join(); // what was shown may not be so any more
    }
  }

  #gap(data) {
    if (data.epoch !== undefined && data.epoch !== this.#epoch) {
      this.#epoch = null;
      this.join();
    } else if (data.to > this.#last) {
      this.#last = data.to;
      this.#append(gap(data.from, data.to, data.reason));
    }
  }

  #record(frame) {
    if (frame.seq <= this.#last) {
      return; // shown already, or will be with a page
    }
    if (frame.seq > this.#last + 1) {
      if (!this.#joining) {
        this.join(); // asks for those between
      }
      return;
    }
    this.#last = frame.seq;
    this.#append(ofFrame(frame));
  }

  #append(record) {
    if (this.live && !this.following && this.#records.length >= WINDOW) {
      this.live = false; // whoever reads at the other end is not to lose it
    }
    if (!this.live) {
      this.#changed();
      return;
    }
    this.#records.push(record);
    this.dispatchEvent(new CustomEvent('append', { detail: [record] }));
    this.#trim('oldest');
  }

  #prepend(records) {
    const first = this.#records[0]?.seq ?? Infinity;
    const older = records.filter(record => record.seq < first);
    this.#records.unshift(...older);
    this.dispatchEvent(new CustomEvent('prepend', { detail: older }));
  }

  #trim(end) {
    const more = this.#records.length - WINDOW;
    if (more <= 0) {
      return;
    }
    const gone = end === 'oldest' ? this.#records.splice(0, more) : this.#records.splice(WINDOW);
    if (end === 'oldest') {
      this.hasOlder = true;
    } else {
      this.live = false;
    }
    this.dispatchEvent(new CustomEvent('trim', { detail: gone }));
    this.#changed();
  }

  /** Shows a page more of what was before. */
  older() {
    return this.#move(async attempt => {
      const page = await this.#page({ before_seq: this.#records[0].seq, order: 'desc', limit: PAGE });
      if (page && attempt === this.#attempt) {
        this.#prepend(page.records);
        this.hasOlder = page.hasMore;
        this.#trim('newest');
      }
    }, this.hasOlder);
  }

  /** Shows a page more of what came later. */
  newer() {
    return this.#move(async attempt => {
      const page = await this.#page({ after_seq: lastOf(this.#records), order: 'asc', limit: PAGE });
      if (page && attempt === this.#attempt) {
        this.#records.push(...page.records);
        this.dispatchEvent(new CustomEvent('append', { detail: page.records }));
        this.live = page.records.length === 0 || lastOf(this.#records) >= this.#last;
        this.#trim('oldest');
      }
    }, !this.live);
  }

  async #move(step, possible) {
    if (!possible || this.paging || this.phase !== 'ready' || this.#records.length === 0) {
      return;
    }
    const attempt = this.#attempt;
    this.paging = true;
    this.#changed();
    try {
      await step(attempt);
    } catch (error) {
      if (error.code !== 'OFFLINE') {
        this.dispatchEvent(new CustomEvent('failed', { detail: error }));
      }
    } finally {
      this.paging = false;
      this.#changed();
    }
  }

  /** Goes back to the end of the log. */
  async latest() {
    if (this.live || this.phase !== 'ready') {
      return;
    }
    const attempt = ++this.#attempt;
    this.#clear();
    this.phase = 'loading';
    this.#changed();
    try {
      await this.#end(attempt);
    } catch (error) {
      this.#failed(error, attempt);
    }
  }

  #clear() {
    this.#records = [];
    this.hasOlder = false;
    this.following = true;
    this.live = true;
    this.dispatchEvent(new Event('reset'));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

function lastOf(records) {
  const last = records.at(-1);
  return last.to ?? last.seq;
}
