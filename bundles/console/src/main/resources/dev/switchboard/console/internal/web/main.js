/** The console: who is in, which page is shown, and which frame is whose. */
import { Connection } from './connection.js';
import { ConnectionView } from './connection-view.js';
import { Conversation } from './conversation.js';
import { closeDialogs } from './dialogs.js';
import { button, element, fill, setText } from './dom.js';
import { HealthView } from './health-view.js';
import { loginView } from './login-view.js';
import { notice } from './notices.js';
import { createProject } from './project-dialogs.js';
import { ProjectListView } from './project-list-view.js';
import { ProjectView } from './project-view.js';
import { Projects } from './projects.js';
import * as token from './token.js';

const PROJECT = /^#\/project\/([0-9a-f-]{1,64})$/;

class Console {
  #app = document.getElementById('app');
  #connection = new Connection();
  #projects = new Projects(this.#connection);
  #connectionView = new ConnectionView(this.#connection);
  #hello = null;
  #list = null;
  #main = element('main', { tabIndex: -1 });
  #who = element('span', { className: 'who' });
  #conversation = null;
  #page = null;
  #stats = null;
  /** The project that the address names, while there is none. */
  #missing = null;

  constructor() {
    this.#connection.addEventListener('status', () => this.#status());
    this.#connection.addEventListener('ready', event => this.#ready(event.detail));
    this.#connection.addEventListener('frame', event => this.#frame(event.detail));
    this.#projects.addEventListener('change', () => this.#show());
    addEventListener('hashchange', () => this.#arrive());
  }

  start() {
    token.takeFromAddress();
    fill(this.#app, element('div', { className: 'centred-box' }, this.#connectionView.element));
    this.#connection.start(token.current);
  }

  #status() {
    const { state, reason, tokenIsGood } = this.#connection.status;
    if (state === 'refused') {
      this.#login(reason, tokenIsGood);
    } else {
      this.#show();
    }
  }

  #login(reason, tokenIsGood) {
    closeDialogs();
    if (!tokenIsGood) {
      token.forget();
    }
    this.#leave();
    this.#hello = null;
    this.#projects.clear();
    const again = tokenIsGood ? () => this.start() : null;
    const view = loginView(reason, typed => {
      token.keep(typed);
      this.start();
    }, again);
    document.title = 'Switchboard';
    fill(this.#app, element('div', { className: 'centred-box' }, view.element));
    view.focus();
  }

  #logout() {
    token.forget();
    this.#connection.stop();
    this.#login('', false);
  }

  async #ready(hello) {
    const first = this.#hello === null || this.#hello.role !== hello.role;
    this.#hello = hello;
    if (first) {
      this.#frameOfPage();
    }
    try {
      await this.#projects.load();
    } catch (error) {
      if (error.code !== 'OFFLINE') {
        notice(error.message, 'failure');
      }
      return;
    }
    if (first || !this.#conversation) {
      this.#arrive();
    } else {
      this.#follow();
    }
  }

  /** Everything around the page that is shown. */
  #frameOfPage() {
    const operates = this.#hello.role !== 'viewer';
    this.#list = new ProjectListView(this.#projects, operates ? () => createProject(this.#connection, id => { location.hash = `#/project/${id}`; }) : null);
    setText(this.#who, `${this.#hello.role} · ${this.#hello.name ?? 'everybody'}`);
    fill(this.#app,
      element('a', { href: '#main', className: 'skip', onclick: event => { event.preventDefault(); this.#main.focus(); } }, 'Skip to the content'),
      element('header', { className: 'top' },
        element('a', { href: '#/', className: 'brand', 'aria-label': 'Switchboard, all projects' }, element('img', { src: 'icon.svg', alt: '', width: 24, height: 24 }), element('span', {}, 'Switchboard')),
        element('a', { href: '#/health', className: 'health-link' }, 'Health'),
        element('span', { className: 'grow' }), this.#connectionView.element, this.#who,
        this.#hello.name === null ? null : button('Log out', () => this.#logout(), { className: 'quiet logout' })),
      element('div', { className: 'columns' }, this.#list.element, this.#main));
  }

  /** Shows the page that the address names. */
  #arrive() {
    if (token.takeFromAddress()) {
      this.#leave();
      this.#hello = null;
      this.start(); // an address with another token was opened in this tab
      return;
    }
    if (!this.#hello || !this.#projects.loaded) {
      return;
    }
    this.#leave();
    closeDialogs();
    const id = PROJECT.exec(location.hash)?.[1];
    this.#missing = id && !this.#projects.get(id) ? id : null;
    if (location.hash === '#/health') {
      this.#page = new HealthView(this.#connection, this.#stats);
    } else if (id && this.#projects.get(id)) {
      this.#conversation = new Conversation(this.#connection, id);
      this.#projects.open = id;
      this.#page = new ProjectView(this.#connection, this.#conversation, this.#hello);
    }
    document.body.dataset.page = this.#conversation ? 'project' : this.#page ? 'health' : 'projects';
    fill(this.#main, this.#page?.element ?? element('p', { className: 'quiet-text centred' },
      id ? 'There is no such project.' : this.#projects.all().length > 0 ? 'Choose a project.' : 'Create a project to begin.'));
    this.#show();
    this.#page?.focus?.();
    if (this.#conversation) {
      this.#conversation.join();
    }
  }

  /** Goes on with the conversation that is shown, after the connection was lost. */
  #follow() {
    const project = this.#projects.get(this.#conversation.id);
    if (project) {
      this.#conversation.join(project.last_seq, project.epoch);
    } else {
      this.#gone();
    }
  }

  #leave() {
    this.#page?.close?.();
    this.#page = null;
    const left = this.#conversation?.id;
    this.#conversation = null;
    this.#projects.open = null;
    if (left && this.#connection.online && this.#projects.get(left)) {
      this.#projects.follow(left);
    }
  }

  #frame(frame) {
    if (frame.type === 'server_stats') {
      this.#stats = frame.data;
      this.#page?.stats?.(frame.data);
    } else if (frame.type === 'connection_health') {
      this.#connectionView.health(frame.data);
    } else {
      const isOpen = this.#conversation && frame.project_id === this.#conversation.id;
      if (isOpen) {
        this.#conversation.take(frame);
        this.#page.take(frame);
      }
      this.#projects.take(frame);
      if (isOpen && this.#projects.loaded && !this.#projects.get(frame.project_id)) {
        this.#gone();
      }
    }
  }

  #gone() {
    notice('The project was deleted.');
    this.#leave();
    location.hash = '#/';
  }

  #show() {
    if (!this.#hello) {
      return;
    }
    if (this.#missing && this.#projects.get(this.#missing)) {
      this.#arrive(); // now there is
      return;
    }
    const id = this.#conversation?.id ?? null;
    this.#list.show(id);
    const project = id && this.#projects.get(id);
    if (project) {
      this.#page.show(project);
    }
    const asking = this.#projects.all().filter(one => one.pending_permissions?.length > 0).length;
    document.title = `${asking > 0 ? `(${asking}) ` : ''}${project ? `${project.name ?? project.path} · ` : ''}Switchboard`;
  }
}

new Console().start();
