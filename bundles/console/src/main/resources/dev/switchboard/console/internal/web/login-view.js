/** Where a token is asked for. */
import { button, element, field } from './dom.js';

/**
 * @param reason why one is asked for again; empty if there was none before
 * @param login takes the token
 * @param again connects anew with the token of before; null if that is of no use
 */
export function loginView(reason, login, again) {
  const token = element('input', { type: 'password', name: 'token', required: true, maxLength: 1024, autocomplete: 'off', spellcheck: false });
  const form = element('form', { className: 'login' },
    element('h1', {}, 'Switchboard'),
    reason ? element('p', { className: 'failure', role: 'alert' }, reason) : null,
    field('Token', token),
    element('div', { className: 'actions' },
      again ? button('Connect again', again) : null,
      element('button', { type: 'submit', className: 'primary' }, 'Log in')),
    element('p', { className: 'hint' }, 'On the server, ', element('code', {}, 'switchboard url'),
      ' prints an address with a token that is good for 15 minutes. This tab forgets its token when it is closed.'));
  form.addEventListener('submit', event => {
    event.preventDefault();
    login(token.value.trim());
  });
  return { element: form, focus: () => token.focus() };
}
