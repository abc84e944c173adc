/** Where people write to the agent: the prompt, images, options of the run, and what waits. */
import { button, element, field, setText } from './dom.js';
import { notice } from './notices.js';
import { firstLine } from './text.js';

const OPTIONS_KEY = 'switchboard.options';
const MODES = ['default', 'acceptEdits', 'plan'];
/** Base64 takes four characters for three bytes, and the envelope a little. */
const BASE64 = 4 / 3;
const ENVELOPE = 4096;

export class PromptBox {
  #send;
  #hello;
  #images = [];
  #text = element('textarea', { rows: 3, 'aria-label': 'Prompt', placeholder: 'Write to the agent', enterKeyHint: 'send' });
  #go = element('button', { type: 'submit', className: 'primary send' }, 'Send');
  #failure = element('p', { className: 'failure', role: 'alert', hidden: true });
  #attached = element('ul', { className: 'attached', hidden: true });
  #options;

  /**
   * @param send takes prompt and options; returns a promise
   * @param hello what the server said of itself and of this person's role
   */
  constructor(send, hello) {
    this.#send = send;
    this.#hello = hello;
    this.#options = new OptionFields(hello.role === 'admin');
    const picker = element('input', { type: 'file', accept: 'image/png,image/jpeg,image/gif,image/webp', multiple: true, hidden: true });
    picker.addEventListener('change', () => { this.#attach([...picker.files]); picker.value = ''; });
    this.element = element('form', { className: 'prompt-box', noValidate: true }, this.#failure, this.#attached, this.#text,
      element('div', { className: 'actions' }, this.#options.element, element('span', { className: 'grow' }),
        button('Attach', () => picker.click(), { className: 'quiet', title: 'Attach images' }), picker, this.#go));
    this.element.addEventListener('submit', event => { event.preventDefault(); this.#submit(); });
    this.#text.addEventListener('keydown', event => this.#key(event));
    this.#text.addEventListener('paste', event => this.#attach([...event.clipboardData.files]));
    this.#text.addEventListener('input', () => this.#grow());
  }

  /** Says what the button does just now. */
  show(busy, online) {
    setText(this.#go, busy ? 'Queue' : 'Send');
    this.#go.title = busy ? 'A run is active: this one waits for its end' : 'Enter sends, Shift+Enter begins a line';
    this.#go.disabled = !online;
  }

  focus() {
    this.#text.focus();
  }

  /** A prompt that waited was cancelled: it can be sent again. */
  giveBack(prompt) {
    const text = typeof prompt === 'string' ? prompt : prompt[0].text;
    if (this.#text.value.trim() === '') {
      this.#text.value = text;
      this.#grow();
    }
    notice(`A prompt that waited was cancelled: ${firstLine(text)}`);
  }

  #grow() {
    this.#text.rows = Math.min(14, Math.max(3, this.#text.value.split('\n').length));
  }

  #key(event) {
    const typing = event.isComposing || event.shiftKey || matchMedia('(pointer: coarse)').matches;
    if (event.key === 'Enter' && (!typing || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.element.requestSubmit();
    }
  }

  async #attach(files) {
    for (const file of files.filter(one => one.type.startsWith('image/'))) {
      const data = await base64(file);
      this.#images.push({ name: file.name || 'image', source: { type: 'base64', media_type: file.type, data } });
    }
    this.#showImages();
  }

  #showImages() {
    this.#attached.replaceChildren(...this.#images.map(image => element('li', {}, image.name, ' ',
      button('Remove', () => { this.#images = this.#images.filter(one => one !== image); this.#showImages(); }, { className: 'quiet' }))));
    this.#attached.hidden = this.#images.length === 0;
  }

  async #submit() {
    const text = this.#text.value;
    if (text.trim() === '' || this.#go.disabled) {
      return;
    }
    const prompt = this.#images.length === 0 ? text
      : [{ type: 'text', text }, ...this.#images.map(image => ({ type: 'image', source: image.source }))];
    this.#failure.hidden = true;
    this.#go.disabled = true;
    try {
      const options = this.#options.read();
      this.#checkSize(prompt, options);
      await this.#send(prompt, options);
      if (this.#text.value === text) {
        this.#text.value = '';
      }
      this.#images = [];
      this.#showImages();
      this.#grow();
    } catch (error) {
      this.#failure.hidden = false;
      setText(this.#failure, error.message);
    } finally {
      this.#go.disabled = false;
    }
  }

  #checkSize(prompt, options) {
    const limit = this.#hello.limits.message_bytes;
    const size = new TextEncoder().encode(JSON.stringify({ prompt, options })).length + ENVELOPE;
    if (limit > 0 && size > limit) {
      throw new Error(`This is too large: the server takes messages of ${limit.toLocaleString('en')} bytes`
        + (this.#images.length > 0 ? `, so images of about ${Math.floor((limit - ENVELOPE) / BASE64 / 1024)} KiB in all.` : '.'));
    }
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** The options of a run. What is not set is not sent. They are remembered for this tab. */
class OptionFields {
  #fields = {};

  constructor(isAdmin) {
    const text = (placeholder = '') => element('input', { type: 'text', autocomplete: 'off', spellcheck: false, placeholder });
    const number = (min, step) => element('input', { type: 'number', min, step, inputMode: 'decimal' });
    const modes = ['', ...MODES, ...(isAdmin ? ['bypassPermissions'] : [])];
    this.#fields = {
      model: text('the agent\'s own'),
      fallback_model: text(),
      permission_mode: element('select', {}, modes.map(mode => element('option', { value: mode }, mode || 'the agent\'s own'))),
      allowed_tools: text('Read, Bash(git *)'),
      disallowed_tools: text('WebFetch'),
      add_dirs: element('textarea', { rows: 2, spellcheck: false, placeholder: 'one absolute path in each line' }),
      append_system_prompt: element('textarea', { rows: 2 }),
      mcp_config: element('textarea', { rows: 2, spellcheck: false, placeholder: 'a JSON object' }),
      strict_mcp_config: element('input', { type: 'checkbox' }),
      max_turns: number(1, 1),
      max_budget_usd: number(0.0001, 'any'),
      timeout_ms: number(0, 'any'),
      ask: element('select', {}, element('option', { value: 'remote' }, 'ask people'), element('option', { value: 'deny' }, 'deny at once')),
      include_partial_messages: element('input', { type: 'checkbox', checked: true }),
    };
    const labels = {
      model: 'Model', fallback_model: 'Model if that is overloaded', permission_mode: 'Permission mode',
      allowed_tools: 'Tools that need no question', disallowed_tools: 'Tools that are not there', add_dirs: 'Further directories',
      append_system_prompt: 'Added to the system prompt', mcp_config: 'MCP servers', strict_mcp_config: 'No other MCP servers',
      max_turns: 'Most turns', max_budget_usd: 'Most dollars', timeout_ms: 'Time limit, in seconds',
      ask: 'Questions of the agent', include_partial_messages: 'Show text while it is written',
    };
    this.element = element('details', { className: 'options' }, element('summary', {}, 'Options'),
      element('div', { className: 'options-body' },
        Object.entries(this.#fields).map(([name, control]) => { control.name = name; return field(labels[name], control); })));
    this.#restore();
    this.element.addEventListener('change', () => this.#store());
  }

  /** The options, as the protocol wants them. */
  read() {
    const options = {};
    for (const [name, control] of Object.entries(this.#fields)) {
      const value = control.type === 'checkbox' ? control.checked : control.value.trim();
      if (value !== '' && value !== false) {
        options[name] = optionValue(name, value, control);
      }
    }
    return options;
  }

  #store() {
    const values = Object.entries(this.#fields).map(([name, control]) => [name, control.type === 'checkbox' ? control.checked : control.value]);
    sessionStorage.setItem(OPTIONS_KEY, JSON.stringify(Object.fromEntries(values)));
  }

  #restore() {
    const stored = JSON.parse(sessionStorage.getItem(OPTIONS_KEY) ?? '{}');
    for (const [name, value] of Object.entries(stored)) {
      const control = this.#fields[name];
      if (control && typeof value === 'boolean') {
        control.checked = value;
      } else if (control) {
        control.value = value;
      }
    }
  }
}

function optionValue(name, value, control) {
  switch (name) {
    case 'allowed_tools':
    case 'disallowed_tools':
      return splitTools(value);
    case 'add_dirs':
      return value.split('\n').map(path => path.trim()).filter(path => path);
    case 'mcp_config':
      return value;
    case 'timeout_ms':
      return Math.round(control.valueAsNumber * 1000);
    case 'max_turns':
    case 'max_budget_usd':
      return control.valueAsNumber;
    default:
      return value;
  }
}

/** Commas separate tools, but not within their parentheses. */
function splitTools(text) {
  return text.split(/,(?![^(]*\))/).map(tool => tool.trim()).filter(tool => tool);
}
