/**
 * The token that lets this tab in. It comes in the address, from which it is taken at once, or is typed; it is kept for this tab
 * and until it is closed, nowhere else.
 */
const KEY = 'switchboard.token';

/** Takes a token out of the address, if there is one: from the fragment, or from the query of an older address. */
export function takeFromAddress() {
  const url = new URL(location.href);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const token = fragment.get('token') ?? url.searchParams.get('token');
  if (token === null) {
    return false;
  }
  if (fragment.has('token')) {
    url.hash = '';
  }
  url.searchParams.delete('token');
  history.replaceState(null, '', url.href.replace(/#$/, ''));
  keep(token);
  return true;
}

export function keep(token) {
  sessionStorage.setItem(KEY, token);
}

export function forget() {
  sessionStorage.removeItem(KEY);
}

/** The token, or null. */
export function current() {
  return sessionStorage.getItem(KEY);
}
