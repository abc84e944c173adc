/** The list of projects with their states. */
import { button, element, fill } from './dom.js';
import { baseName } from './format.js';

const WORDS = { IDLE: 'idle', EXECUTING: 'running', ERROR: 'failed' };

/** What a project is doing, for people. */
export function stateBadge(project) {
  const state = project.state === 'IDLE' && project.error_details ? 'ERROR' : project.state;
  return element('span', { className: `badge state-${state.toLowerCase()}` }, WORDS[state] ?? state);
}

export class ProjectListView {
  #projects;
  #create;
  #list = element('ul', { className: 'project-list' });
  #shown = '';

  /** @param create asks for a new project; null for whom may not */
  constructor(projects, create) {
    this.#projects = projects;
    this.#create = create;
    this.element = element('nav', { className: 'projects', 'aria-label': 'Projects' },
      element('div', { className: 'actions' }, element('h2', { className: 'grow' }, 'Projects'),
        create ? button('New project', create, { className: 'create' }) : null),
      this.#list);
  }

  show(selected) {
    const projects = this.#projects.all();
    const shown = JSON.stringify([selected, this.#projects.loaded, projects.map(project => [
      project.id, project.name, project.path, project.state, project.error_details?.code,
      project.pending_permissions?.length, project.queue?.length])]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement.dataset.project : null;
    fill(this.#list, projects.map(project => row(project, project.id === selected)));
    if (projects.length === 0 && this.#projects.loaded) {
      fill(this.#list, element('li', { className: 'quiet-text empty' },
        this.#create ? 'There is no project yet. A project is a directory that an agent works in.' : 'There is no project that you may see.'));
    }
    if (focused) {
      [...this.#list.querySelectorAll('a')].find(link => link.dataset.project === focused)?.focus();
    }
  }
}

function row(project, selected) {
  const questions = project.pending_permissions?.length ?? 0;
  const waiting = project.queue?.length ?? 0;
  return element('li', {}, element('a', {
    href: `#/project/${project.id}`, 'data-project': project.id, 'aria-current': selected ? 'page' : null,
  },
  element('span', { className: 'title' }, project.name ?? baseName(project.path)),
  element('span', { className: 'path' }, project.path),
  element('span', { className: 'badges' }, stateBadge(project),
    questions > 0 ? element('span', { className: 'badge asks' }, questions === 1 ? 'asks' : `${questions} questions`) : null,
    waiting > 0 ? element('span', { className: 'badge' }, `${waiting} waiting`) : null)));
}
