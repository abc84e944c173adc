/** Records as entries of the conversation. All that they tell is somebody else's, and is shown as text. */
import { element, folded, plain } from './dom.js';
import { clock, count, dollars, duration } from './format.js';
import { markdown } from './markdown.js';
import { asText, firstLine } from './text.js';
import { callTitle, imageView, inputView, resultView } from './tool-view.js';

/** Of the agent's lines about itself, those that say something to people. */
const SILENT = new Set(['status', 'thinking_tokens', 'background_tasks_changed', 'task_updated', 'task_progress']);

const MOST_REMEMBERED = 2000;

/** Makes entries, and knows which calls of tools and questions of a window are shown, for what belongs to them comes later. */
export class Entries {
  #calls = new Map();
  #questions = new Map();
  #begun = '';

  clear() {
    this.#begun = '';
    this.#calls.clear();
    this.#questions.clear();
  }

  /** The entry of a record, or null if it says nothing of its own to people. */
  make(record) {
    const content = this.#content(record);
    if (!content) {
      return null;
    }
    const [className, ...children] = content;
    return element('li', { className: `entry ${className}`, 'data-seq': record.seq, 'data-kind': record.kind }, children);
  }

  #content(record) {
    const { kind, data, time } = record;
    switch (kind) {
      case 'prompt':
        return promptEntry(data, time);
      case 'agent':
        return this.#agent(data, time);
      case 'project_state':
        return stateEntry(data, time);
      case 'error':
        return errorEntry(data, time);
      case 'process_killed':
        return ['event', 'The run was killed.', when(time)];
      case 'session_reset':
        return ['event', 'Another session of the agent begins here.', when(time)];
      case 'permission_request':
        return this.#question(data, time);
      case 'permission_resolved':
        return this.#answer(data, time);
      case 'gap':
        return ['event warning', `Records ${data.from} to ${data.to} are not there any more: ${data.reason}.`];
      case 'project_update':
      case 'queue_update':
        return null;
      default:
        return rawEntry(kind, data, time);
    }
  }

  #question(data, time) {
    const answer = element('span', { className: 'answer' });
    remember(this.#questions, data.permission_id, answer);
    return ['event question', 'The agent asked to use ', element('strong', {}, data.tool_name), ' ',
      element('code', {}, firstLine(data.description ?? callTitle(data.input))), answer, when(time)];
  }

  #answer(data, time) {
    const text = ` – ${decision(data.decision)} by ${data.by}` + (data.message ? `: ${firstLine(data.message, 300)}` : '');
    const question = this.#questions.get(data.permission_id);
    if (question) {
      question.append(element('span', { className: data.decision === 'allow' ? 'good' : 'bad' }, text));
      return null;
    }
    return ['event question', `A question of the agent${text}`, when(time)];
  }

  #agent(line, time) {
    switch (line.type) {
      case 'assistant':
        return this.#assistant(line, time);
      case 'user':
        return this.#user(line, time);
      case 'result':
        return resultEntry(line, time);
      case 'system':
        return line.subtype === 'init' ? this.#beginning(line, time) : systemEntry(line, time);
      default:
        return rawEntry(line.type, line, time);
    }
  }

  /** Every turn begins with such a line; it is worth one if it tells something else than the one before. */
  #beginning(line, time) {
    const facts = [line.model, line.permissionMode, line.claude_code_version && `version ${line.claude_code_version}`];
    const title = `The agent begins · ${facts.filter(fact => fact).join(' · ')}`;
    const told = `${line.session_id} ${title}`;
    if (told === this.#begun) {
      return null;
    }
    this.#begun = told;
    return ['event', folded('raw', title, () => plain(asText(line))), when(time)];
  }

  #assistant(line, time) {
    const parts = blocksOf(line.message).map(block => this.#block(block)).filter(part => part);
    if (parts.length === 0) {
      return null;
    }
    const who = line.parent_tool_use_id ? `subagent ${line.subagent_type ?? ''}` : null;
    return [`assistant${line.parent_tool_use_id ? ' sub' : ''}${line.error ? ' failed' : ''}`,
      who ? element('p', { className: 'who' }, who) : null, parts, when(time)];
  }

  #block(block) {
    switch (block.type) {
      case 'text':
        return block.text ? markdown(block.text) ?? plain(block.text, 'plain long') : null;
      case 'thinking':
        return block.thinking
          ? folded('thinking', 'Thought', () => plain(block.thinking, 'plain long')) : null;
      case 'redacted_thinking':
        return null;
      case 'tool_use':
      case 'server_tool_use':
      case 'mcp_tool_use':
        return this.#call(block);
      case 'image':
        return imageView(block.source);
      default:
        return folded('raw', block.type ?? 'content', () => plain(asText(block)));
    }
  }

  #call(block) {
    const summary = [element('span', { className: 'tool-name' }, block.name), ' ',
      element('code', {}, callTitle(block.input))];
    const outcome = element('div', { className: 'outcome' });
    remember(this.#calls, block.id, outcome);
    return element('div', { className: 'call' },
      folded('tool', summary, () => inputView(block.input)), outcome);
  }

  #user(line, time) {
    const rest = [];
    for (const block of blocksOf(line.message)) {
      if (block.type === 'tool_result') {
        const result = resultOf(block);
        const call = this.#calls.get(block.tool_use_id);
        if (call) {
          call.append(result);
        } else {
          rest.push(result);
        }
      } else if (block.type === 'text' && block.text) {
        rest.push(plain(block.text, 'plain long'));
      } else if (block.type === 'image') {
        rest.push(imageView(block.source));
      }
    }
    return rest.length === 0 ? null : ['tool-results', rest, when(time)];
  }
}

/** Keeps an element for what belongs to it; the oldest are forgotten. */
function remember(elements, id, made) {
  elements.set(id, made);
  if (elements.size > MOST_REMEMBERED) {
    elements.delete(elements.keys().next().value);
  }
}

function blocksOf(message) {
  const content = message?.content;
  return Array.isArray(content) ? content.filter(block => block && typeof block === 'object')
    : [{ type: 'text', text: String(content ?? '') }];
}

function resultOf(block) {
  const text = Array.isArray(block.content) ? block.content.find(part => part?.type === 'text')?.text ?? '' : block.content ?? '';
  const label = block.is_error ? 'Failed' : 'Result';
  return folded(`tool-result${block.is_error ? ' failed' : ''}`,
    [element('span', { className: 'tool-name' }, label), ' ', element('code', {}, firstLine(asText(text)))],
    () => resultView(block.content));
}

function promptEntry(data, time) {
  return ['prompt', element('p', { className: 'who' }, data.by), plain(data.text, 'plain long'),
    data.images.map(imageView), when(time)];
}

function stateEntry(data, time) {
  if (data.state === 'EXECUTING') {
    return data.origin === 'agent' ? ['event', 'The agent went on by itself.', when(time)] : null;
  }
  return data.state === 'IDLE' ? ['event end', 'The run has ended.', when(time)] : null;
}

function errorEntry(data, time) {
  const tail = data.details?.stderr_tail;
  return ['error', element('p', {}, element('strong', {}, data.code), ' ', data.message),
    tail ? folded('raw', 'What the agent wrote last to its error output', () => plain(tail)) : null, when(time)];
}

function resultEntry(line, time) {
  const facts = [];
  if (typeof line.duration_ms === 'number') {
    facts.push(duration(line.duration_ms));
  }
  if (typeof line.num_turns === 'number') {
    facts.push(count(line.num_turns, 'turn'));
  }
  if (typeof line.total_cost_usd === 'number') {
    facts.push(dollars(line.total_cost_usd));
  }
  const tokens = line.usage;
  if (typeof tokens?.output_tokens === 'number') {
    const input = (tokens.input_tokens ?? 0) + (tokens.cache_read_input_tokens ?? 0) + (tokens.cache_creation_input_tokens ?? 0);
    facts.push(`${input.toLocaleString('en')} tokens in, ${tokens.output_tokens.toLocaleString('en')} out`);
  }
  return [`result${line.is_error ? ' failed' : ''}`,
    element('p', {}, line.is_error ? 'The agent failed' : 'The agent is done', facts.length > 0 ? ` · ${facts.join(' · ')}` : ''), when(time)]; // why it failed is told by the record of the error behind it
}

function systemEntry(line, time) {
  if (SILENT.has(line.subtype)) {
    return null;
  }
  const text = line.summary ?? line.description ?? line.message ?? '';
  return rawEntry(`${line.subtype ?? 'system'}${typeof text === 'string' && text ? `: ${firstLine(text)}` : ''}`, line, time);
}

/** What nobody here knows is shown as it came. */
function rawEntry(title, data, time) {
  return ['event', folded('raw', String(title), () => plain(asText(data))), when(time)];
}

function decision(word) {
  return { allow: 'allowed', deny: 'denied' }[word] ?? word;
}

function when(time) {
  return time ? element('time', { dateTime: time, title: time }, clock(time)) : null;
}
