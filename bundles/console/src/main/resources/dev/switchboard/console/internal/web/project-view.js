/** One project: its conversation, the agent's questions, the queue, and what can be done with it. */
import { button, element, fill, setText } from './dom.js';
import { confirm } from './dialogs.js';
import { baseName, clock } from './format.js';
import { LogView } from './log-view.js';
import { trying } from './notices.js';
import { chooseSession, configureProject, deleteProject } from './project-dialogs.js';
import { stateBadge } from './project-list-view.js';
import { PromptBox } from './prompt-box.js';
import { QuestionsView } from './questions-view.js';
import { QueueView } from './queue-view.js';

export class ProjectView {
  #connection;
  #id;
  #log;
  #questions;
  #queue;
  #prompt;
  #title = element('h1', {});
  #path = element('p', { className: 'path' });
  #state = element('span', { role: 'status' });
  #banner = element('p', { className: 'banner', role: 'status', hidden: true });
  #running;
  #project = null;
  /** Prompts of this page that wait, by their execution's id. */
  #waiting = new Map();

  /** @param hello what the server said of itself and of this person's role */
  constructor(connection, conversation, hello) {
    this.#connection = connection;
    this.#id = conversation.id;
    const operates = hello.role !== 'viewer';
    const ask = (type, data) => connection.request(type, data, this.#id);
    this.#log = new LogView(conversation);
    this.#questions = new QuestionsView(answer => ask('permission_response', answer), operates);
    this.#queue = new QueueView(id => trying(() => ask('queue_cancel', { execution_id: id })), operates);
    this.#prompt = operates ? new PromptBox((prompt, options) => this.#execute(prompt, options), hello) : null;
    this.#running = operates ? element('span', { className: 'running', hidden: true },
      button('Interrupt', () => trying(() => ask('agent_interrupt')), { className: 'interrupt', title: 'Ends this turn; the queue goes on' }),
      button('Kill', () => this.#kill(), { className: 'danger kill', title: 'Ends the agent, everything that it started, and the queue' })) : null;
    const menu = element('span', { className: 'menu' },
      button('Sessions', () => chooseSession(connection, this.#project, operates), { className: 'quiet' }),
      operates ? button('Configure', () => configureProject(connection, this.#project), { className: 'quiet configure' }) : null,
      operates ? button('Delete', () => deleteProject(connection, this.#project), { className: 'quiet delete' }) : null);
    this.element = element('section', { className: 'project' },
      element('header', { className: 'project-head' },
        element('a', { href: '#/', className: 'back', 'aria-label': 'All projects' }, '‹'),
        element('div', { className: 'grow names' }, this.#title, this.#path), this.#state, this.#running, menu),
      this.#banner, this.#log.element,
      element('div', { className: 'project-foot' },
        element('div', { className: 'open-points' }, this.#questions.element, this.#queue.element), this.#prompt?.element));
    conversation.addEventListener('failed', event => this.#showBanner(event.detail.message));
  }

  /** Shows the project as it is now. */
  show(project) {
    this.#project = project;
    setText(this.#title, project.name ?? baseName(project.path));
    setText(this.#path, project.path);
    fill(this.#state, stateBadge(project));
    const busy = project.state === 'EXECUTING';
    if (this.#running) {
      this.#running.hidden = !busy;
    }
    if (!busy) {
      this.#log.quiet();
    }
    this.#questions.show(project.pending_permissions ?? []);
    this.#queue.show(project.queue ?? []);
    this.#prompt?.show(busy || (project.queue ?? []).length > 0, this.#connection.online);
    this.#showBanner(troubleOf(project));
  }

  async #execute(prompt, options) {
    const { data } = await this.#connection.request('execute', { prompt, options, queue: true }, this.#id);
    if (data.status === 'queued') {
      this.#waiting.set(data.execution_id, prompt);
    }
  }

  /** Takes a frame about this project: what waited here and is cancelled is given back. */
  take(frame) {
    if (frame.type === 'prompt') {
      this.#waiting.delete(frame.data.execution_id);
    } else if (frame.type === 'queue_update') {
      const queued = new Set(frame.data.items.map(item => item.execution_id));
      for (const [id, prompt] of this.#waiting) {
        if (!queued.has(id)) {
          this.#waiting.delete(id);
          this.#prompt.giveBack(prompt);
        }
      }
    }
  }

  close() {
    this.#log.close();
  }

  focus() {
    this.#prompt?.focus();
  }

  #kill() {
    confirm({
      title: 'Kill the agent?',
      text: 'It ends at once, with everything that it started. What it was doing is not finished, and what waits in the queue is cancelled.',
      action: 'Kill',
      submit: () => this.#connection.request('agent_kill', {}, this.#id),
    });
  }

  #showBanner(text) {
    this.#banner.hidden = text === '';
    setText(this.#banner, text);
  }
}

function troubleOf(project) {
  if (project.limited_until && new Date(project.limited_until) > new Date()) {
    return `The agent's provider takes no more until ${clock(project.limited_until)}.`;
  }
  const error = project.state === 'EXECUTING' ? null : project.error_details;
  return error ? `The last run failed at ${clock(error.at)}: ${error.message}` : '';
}
