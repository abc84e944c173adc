/**
 * The projects that the server tells of, as they are. Watches the list, and follows each project's state, so that questions and
 * queues of all of them are known. Event: "change".
 */
const MOST_FOLLOWED = 100;

export class Projects extends EventTarget {
  #connection;
  #known = new Map();
  #round = 0;
  /** The project whose conversation is open: it is followed in full by that. */
  open = null;
  loaded = false;

  constructor(connection) {
    super();
    this.#connection = connection;
  }

  /** All, the oldest first. */
  all() {
    return [...this.#known.values()];
  }

  get(id) {
    return this.#known.get(id);
  }

  /** Asks for the list anew, which also makes the server tell of changes. */
  async load() {
    const { data } = await this.#connection.read('project_list');
    this.#known = new Map(data.projects.map(project => [project.id, project]));
    this.loaded = true;
    this.#changed();
    this.#followAll([...data.projects].sort((one, other) => other.last_active.localeCompare(one.last_active)));
  }

  /** One after the other, so that the server's limit of requests is kept. */
  async #followAll(projects) {
    const round = ++this.#round;
    for (const project of projects.slice(0, MOST_FOLLOWED)) {
      if (project.id !== this.open && round === this.#round) {
        await this.follow(project.id);
      }
    }
  }

  /** Follows a project's state, without the agent's messages. */
  async follow(id) {
    try {
      await this.#connection.read('project_join', { detail: 'state' }, id);
    } catch {
      // It is gone, or the connection is; or it is shown as the list told of it.
    }
  }

  /** Forgets everything: somebody else may come. */
  clear() {
    this.#round++;
    this.#known.clear();
    this.loaded = false;
    this.#changed();
  }

  /** Takes what a frame tells of a project. */
  take(frame) {
    const { type, project_id: id, data } = frame;
    if (frame.replay || !id) {
      return;
    }
    if (type === 'project_state') {
      this.#state(frame);
    } else if (type === 'project_deleted' || type === 'project_update' && data.update_type === 'deleted') {
      this.#known.delete(id);
      this.#changed();
    } else if (type === 'project_update') {
      this.#update(id, data);
    } else if (this.#known.has(id)) {
      this.#record(type, this.#known.get(id), data);
    }
  }

  #state(frame) {
    const before = this.#known.get(frame.project_id);
    const now = { ...frame.data };
    if (frame.seq !== undefined && before) {
      // A record tells of its run; what waits and what is asked is told by records of its own.
      now.queue ??= before.queue;
      now.pending_permissions ??= frame.data.state === 'EXECUTING' ? before.pending_permissions : undefined;
    }
    this.#known.set(frame.project_id, now);
    this.#changed();
  }

  #update(id, data) {
    const before = this.#known.get(id);
    if (!before) {
      if (data.update_type === 'created') {
        this.follow(id); // its answer tells everything of it
      }
      return;
    }
    const now = { ...before, state: data.state };
    if (data.update_type === 'configured') {
      now.name = data.name ?? undefined;
      now.executor = data.executor;
      now.timeout_ms = data.timeout_ms; // none: the server's holds
    } else if (data.update_type === 'session') {
      now.session_id = data.session_id;
    }
    this.#known.set(id, now);
    this.#changed();
  }

  #record(type, project, data) {
    const pending = project.pending_permissions ?? [];
    if (type === 'permission_request') {
      const others = pending.filter(question => question.permission_id !== data.permission_id);
      project.pending_permissions = [...others, data];
    } else if (type === 'permission_resolved') {
      project.pending_permissions = pending.filter(question => question.permission_id !== data.permission_id);
    } else if (type === 'queue_update') {
      project.queue = data.items;
    } else {
      return;
    }
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
