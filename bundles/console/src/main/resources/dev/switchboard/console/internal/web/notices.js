/** Short messages at the edge of the page, which go by themselves. */
import { button, element } from './dom.js';

const SHOWN = 8000;

/** Says something. @param kind "info" or "failure" */
export function notice(text, kind = 'info') {
  const box = element('div', { className: `notice ${kind}` }, element('p', {}, text),
    button('Dismiss', () => box.remove(), { className: 'quiet' }));
  document.getElementById('notices').append(box);
  setTimeout(() => box.remove(), SHOWN);
}

/** Does something, and says why it could not be done. @return whether it was done */
export async function trying(action) {
  try {
    await action();
    return true;
  } catch (error) {
    notice(error.message, 'failure');
    return false;
  }
}
