/**
 * Records of a project's log in one shape, whether they came as frames or as history.
 *
 * A record has: seq, time, kind ("prompt", "agent" for a line of the agent, or the type of the server's frame) and data (of a
 * prompt: by, text, images; of an agent: its line; else the frame's data). A gap has kind "gap", and stands for from … to.
 */

/** The record that a frame is. */
export function ofFrame(frame) {
  const { seq, timestamp: time, type, data } = frame;
  if (type === 'prompt') {
    return { seq, time, kind: 'prompt', data: prompt(data.by, data.prompt) };
  }
  return { seq, time, kind: type === 'agent_message' ? 'agent' : type, data };
}

/** The record that an item of a page of history is. */
export function ofHistory(item) {
  const { seq, timestamp: time, direction, message } = item;
  const content = message.content;
  if (direction === 'client') {
    return { seq, time, kind: 'prompt', data: prompt(content.by, content.blocks ?? content.text) };
  }
  return { seq, time, kind: direction === 'claude' ? 'agent' : message.type, data: content };
}

/** Records that are not there. */
export function gap(from, to, reason) {
  return { seq: from, to, time: null, kind: 'gap', data: { from, to, reason } };
}

/** The records of a page in the order of the log, with what is missing in its place. */
export function ofPage(data) {
  const records = data.messages.map(ofHistory);
  for (const missing of data.metadata.gaps ?? []) {
    records.push(gap(missing.from, missing.to, missing.reason));
  }
  return records.sort((one, other) => one.seq - other.seq);
}

function prompt(by, content) {
  const blocks = Array.isArray(content) ? content : [{ type: 'text', text: String(content ?? '') }];
  return {
    by,
    text: blocks.filter(block => block.type === 'text').map(block => block.text).join('\n'),
    images: blocks.filter(block => block.type === 'image').map(block => block.source),
  };
}
