/** Dialogs: one at a time, closed by Escape, and gone when they are closed. */
import { add, button, element, setText } from './dom.js';

/**
 * Shows a dialog with a form.
 *
 * @param content what is asked
 * @param action what its button says; null for a dialog that only shows something
 * @param submit does it; what it throws is told in the dialog, which stays open
 */
export function ask({ title, content, action, submit, danger = false }) {
  const failure = element('p', { className: 'failure', role: 'alert', hidden: true });
  const dialog = element('dialog', { 'aria-label': title });
  const ok = action ? element('button', { type: 'submit', className: danger ? 'danger' : 'primary' }, action) : null;
  const form = element('form', {},
    element('h2', {}, title), content, failure,
    element('div', { className: 'actions' }, button(action ? 'Cancel' : 'Close', () => dialog.close()), ok));
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!ok) {
      return;
    }
    ok.disabled = true;
    failure.hidden = true;
    try {
      await submit();
      dialog.close();
    } catch (error) {
      failure.hidden = false;
      setText(failure, error.message);
    } finally {
      ok.disabled = false;
    }
  });
  add(dialog, [form]);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Closes what is open: the page that it belongs to is not shown any more. */
export function closeDialogs() {
  document.querySelectorAll('dialog').forEach(dialog => dialog.close());
}

/** Asks whether something is really to be done. */
export function confirm({ title, text, action, submit }) {
  return ask({ title, content: element('p', {}, text), action, submit, danger: true });
}
