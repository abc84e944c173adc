/** What people do with projects: create, configure, delete, and choose among the agent's sessions. */
import { button, element, field } from './dom.js';
import { ask, confirm } from './dialogs.js';
import { baseName, clock, dollars } from './format.js';
import { trying } from './notices.js';

const MAX_TIMEOUT_S = 604_800;
/** What takes it away. */
const NO_TIMEOUT_OF_ITS_OWN = -1;

/** Only what is filled in. */
function filled(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, input]) => [name, input.value.trim()]).filter(([, value]) => value !== ''));
}

/** @param created is told the new project's id */
export function createProject(connection, created) {
  const fields = {
    path: element('input', { type: 'text', name: 'path', required: true, maxLength: 4096, spellcheck: false, autocomplete: 'off', placeholder: '/home/ada/hello' }),
    name: element('input', { type: 'text', name: 'name', maxLength: 128, autocomplete: 'off' }),
    executor: element('input', { type: 'text', name: 'executor', maxLength: 128, autocomplete: 'off', placeholder: 'the server\'s default' }),
  };
  ask({
    title: 'New project',
    content: [
      field('Directory', fields.path, 'An absolute path on the server. The directory has to exist, outside of other projects.'),
      field('Name', fields.name, 'Optional'), field('Executor', fields.executor, 'Optional: which agent runs it'),
    ],
    action: 'Create',
    submit: async () => created((await connection.request('project_create', filled(fields))).project_id),
  });
}

export function configureProject(connection, project) {
  const name = element('input', { type: 'text', name: 'name', maxLength: 128, autocomplete: 'off', value: project.name ?? '' });
  const executor = element('input', { type: 'text', name: 'executor', maxLength: 128, autocomplete: 'off', value: project.executor });
  const timeout = element('input', { type: 'number', name: 'timeout', min: 0, max: MAX_TIMEOUT_S, step: 'any', value: seconds(project), placeholder: 'the server\'s' });
  ask({
    title: 'Configure the project',
    content: [field('Name', name), field('Executor', executor, 'Which agent runs it, from the next run on'),
      field('Timeout', timeout, 'Seconds that a run may take, from the next run on. 0: without end. Empty: as the server has it'),
      element('dl', { className: 'facts' },
        fact('Directory', project.path), fact('Id', project.id), fact('Created', clock(project.created_at)), fact('Session', project.session_id ?? 'none'))],
    action: 'Save',
    submit: () => connection.request('project_configure', changed(project, name.value.trim(), executor.value.trim(), timeout.value), project.id),
  });
}

function seconds(project) {
  return project.timeout_ms === undefined ? '' : String(project.timeout_ms / 1000);
}

function changed(project, name, executor, timeout) {
  const data = {};
  if (name !== (project.name ?? '')) {
    data.name = name;
  }
  if (executor !== '' && executor !== project.executor) {
    data.executor = executor;
  }
  if (timeout !== seconds(project)) {
    data.timeout_ms = timeout === '' ? NO_TIMEOUT_OF_ITS_OWN : Math.round(timeout * 1000);
  }
  return data;
}

function fact(label, value) {
  return [element('dt', {}, label), element('dd', {}, value)];
}

export function deleteProject(connection, project) {
  confirm({
    title: `Delete ${project.name ?? baseName(project.path)}?`,
    text: `The server forgets the project and its log, and ends its agent. The directory ${project.path} stays as it is.`,
    action: 'Delete',
    submit: () => connection.request('project_delete', {}, project.id),
  });
}

/** The sessions that the log knows; the agent goes on with one of them, with a copy of it, or with a new one. */
export async function chooseSession(connection, project, mayChoose) {
  let sessions = [];
  const read = await trying(async () => {
    sessions = (await connection.read('session_list', {}, project.id)).data.sessions;
  });
  if (!read) {
    return;
  }
  const choose = async data => {
    if (await trying(() => connection.request('agent_new_session', data, project.id))) {
      dialog.close();
    }
  };
  const dialog = ask({
    title: 'Sessions of the agent',
    content: [
      sessions.length === 0 ? element('p', {}, 'The log knows no session yet.') : null,
      element('ul', { className: 'sessions' }, sessions.map(session => element('li', {},
        element('div', {}, element('p', {}, session.first_prompt || '(no prompt)'),
          element('p', { className: 'quiet-text' }, [`last used ${clock(session.last_used)}`,
            session.cost_usd === undefined ? null : dollars(session.cost_usd),
            session.session_id === project.session_id ? 'the present one' : null].filter(part => part).join(' · '))),
        mayChoose ? element('div', { className: 'actions' },
          button('Continue', () => choose({ session_id: session.session_id }), { disabled: session.session_id === project.session_id }),
          button('Fork', () => choose({ session_id: session.session_id, fork: true }))) : null))),
      mayChoose ? button('Begin a new session', () => choose({}), { className: 'primary' }) : null,
    ],
    action: null,
  });
}
