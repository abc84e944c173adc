/** Figures and times as people read them. */

/** The time of day, with the date if it is not today's. */
export function clock(iso) {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) {
    return '';
  }
  const today = time.toDateString() === new Date().toDateString();
  const date = today ? '' : time.toLocaleDateString(undefined, { month: 'short', day: 'numeric' }) + ' ';
  return date + time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** A duration, from milliseconds. */
export function duration(millis) {
  if (millis < 1000) {
    return `${Math.round(millis)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${Math.floor(seconds % 60)} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** An amount of money. */
export function dollars(amount) {
  return '$' + amount.toFixed(amount < 0.1 ? 4 : 2);
}

/** "1 record", "2 records". */
export function count(number, noun) {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** The end of a path. */
export function baseName(path) {
  return path.replace(/\/+$/, '').split('/').pop() || path;
}
