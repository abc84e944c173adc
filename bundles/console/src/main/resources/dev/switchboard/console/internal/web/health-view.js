/** How the server is: what its checks say, and its figures. */
import { element, fill } from './dom.js';
import { clock, duration } from './format.js';

const EVERY = 10000;
const WORST_FIRST = ['error', 'critical', 'warning', 'healthy'];

export class HealthView {
  #connection;
  #timer = 0;
  #stats = null;
  #head = element('div', { className: 'health-head' });
  #figures = element('dl', { className: 'figures' });
  #checks = element('tbody');

  constructor(connection, stats) {
    this.#connection = connection;
    this.#stats = stats;
    this.element = element('section', { className: 'health' },
      element('h1', {}, 'Health'), this.#head, this.#figures,
      element('div', { className: 'wide', tabIndex: 0 }, element('table', { className: 'checks' },
        element('thead', {}, element('tr', {}, ['Check', 'Status', 'Message', 'Figures'].map(name => element('th', { scope: 'col' }, name)))), this.#checks)));
    this.#timer = setInterval(() => document.visibilityState === 'visible' && this.load(), EVERY);
    this.load();
  }

  /** Asks the server anew. */
  async load() {
    try {
      const { data } = await this.#connection.read('health_check');
      this.#show(data);
    } catch (error) {
      fill(this.#head, element('p', { className: 'failure', role: 'alert' }, error.message));
    }
  }

  /** Takes what the server tells every few seconds. */
  stats(data) {
    this.#stats = data;
    if (this.#last) {
      this.#show(this.#last);
    }
  }

  #last = null;

  close() {
    clearInterval(this.#timer);
  }

  #show(data) {
    this.#last = data;
    fill(this.#head, element('p', {}, element('span', { className: `badge check-${data.status}` }, data.status),
      ` as of ${clock(data.timestamp)} · version ${data.version} · up for ${duration(data.uptime * 1000)}`));
    fill(this.#figures, figures(data, this.#stats).map(([label, value]) => element('div', {}, element('dt', {}, label), element('dd', {}, value))));
    const checks = Object.entries(data.checks).sort(([one, a], [other, b]) =>
      WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status) || one.localeCompare(other));
    fill(this.#checks, checks.map(([name, check]) => row(name, check)));
  }
}

function figures(data, stats) {
  const of = (value, limit) => limit > 0 ? `${value} of ${limit}` : String(value);
  const shown = [
    ['Connections', of(data.connections.active, data.connections.limit)],
    ['Projects', of(data.projects.count, data.projects.limit)],
    ['Running', String(data.projects.executing)],
    ['Processor', data.resources.cpu_percent === null ? 'unknown' : `${data.resources.cpu_percent} %`],
    ['Heap', `${data.resources.memory_mb} MB`],
    ['Threads', String(data.resources.threads)],
    ['Disk free', data.resources.disk_free_gb === null ? 'unknown' : `${data.resources.disk_free_gb} GB`],
    ['Claude CLI', data.claude.available ? data.claude.version ?? 'there' : 'missing'],
  ];
  if (stats) {
    const { executions, messages } = stats;
    shown.push(
      ['Runs', `${executions.total}: ${executions.success} succeeded, ${executions.failed} failed`],
      ['Average run', duration(executions.avg_duration_ms)],
      ['Messages', `${messages.sent.toLocaleString('en')} sent, ${messages.received.toLocaleString('en')} received`],
      ['Rate', `${messages.rate_per_sec} a second`]);
  }
  return shown;
}

function row(name, check) {
  const { status, message, ...rest } = check;
  return element('tr', { 'data-check': name }, element('th', { scope: 'row' }, name),
    element('td', {}, element('span', { className: `badge check-${status}` }, status)),
    element('td', {}, message ?? ''),
    element('td', { className: 'quiet-text' }, Object.entries(rest).filter(([, value]) => value !== null)
      .map(([figure, value]) => `${figure.replaceAll('_', ' ')} ${value}`).join(' · ')));
}
