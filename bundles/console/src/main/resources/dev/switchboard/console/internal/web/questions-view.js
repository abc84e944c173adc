/** The agent's open questions: what it wants to do, and the answers that there are. One card each, as long as it is open. */
import { add, button, element, field, folded, setText } from './dom.js';
import { clock } from './format.js';
import { markdown } from './markdown.js';
import { asText } from './text.js';
import { inputView } from './tool-view.js';

const FREE = 'another answer';

export class QuestionsView {
  #cards = new Map();
  #answer;
  #mayAnswer;

  /**
   * @param answer sends an answer; returns a promise
   * @param mayAnswer whether this person may
   */
  constructor(answer, mayAnswer) {
    this.#answer = answer;
    this.#mayAnswer = mayAnswer;
    this.element = element('section', { className: 'questions', 'aria-label': 'Questions of the agent', 'aria-live': 'assertive', hidden: true });
  }

  /** Shows the questions that are open now; what somebody types into one of them stays. */
  show(questions) {
    const open = new Set(questions.map(question => question.permission_id));
    for (const [id, card] of this.#cards) {
      if (!open.has(id)) {
        card.remove();
        this.#cards.delete(id);
      }
    }
    for (const question of questions) {
      if (!this.#cards.has(question.permission_id)) {
        const card = this.#card(question);
        this.#cards.set(question.permission_id, card);
        this.element.append(card);
      }
    }
    this.element.hidden = questions.length === 0;
  }

  #card(question) {
    const failure = element('p', { className: 'failure', role: 'alert', hidden: true });
    const send = async (decision, more = {}) => {
      failure.hidden = true;
      card.inert = true;
      try {
        await this.#answer({ permission_id: question.permission_id, decision, ...more });
      } catch (error) {
        card.inert = false;
        failure.hidden = false;
        setText(failure, error.message);
      }
    };
    const card = element('article', { className: 'question-card', 'data-permission': question.permission_id });
    const body = question.tool_name === 'AskUserQuestion' && Array.isArray(question.input?.questions)
      ? choiceBody(question, send, this.#mayAnswer)
      : question.tool_name === 'ExitPlanMode' && typeof question.input?.plan === 'string'
        ? planBody(question, send, this.#mayAnswer)
        : toolBody(question, send, this.#mayAnswer);
    add(card, [body, failure,
      question.expires_at ? element('p', { className: 'quiet-text' }, `Without an answer it is denied at ${clock(question.expires_at)}.`) : null,
      this.#mayAnswer ? null : element('p', { className: 'quiet-text' }, 'Operators can answer this.')]);
    return card;
  }
}

function toolBody(question, send, mayAnswer) {
  return [
    element('h3', {}, 'May the agent use ', element('strong', {}, question.tool_name), '?'),
    Object.values(question.input ?? {}).some(value => String(value).endsWith(question.description ?? ''))
      ? null : element('p', {}, question.description),
    inputView(question.input),
    mayAnswer ? answers(question, send, 'Allow', 'Deny') : null,
  ];
}

function planBody(question, send, mayAnswer) {
  return [
    element('h3', {}, 'Is this plan good?'),
    markdown(question.input.plan) ?? inputView(question.input),
    mayAnswer ? answers(question, send, 'Go on', 'Keep planning') : null,
  ];
}

/** The buttons, a reason for a no, what could be remembered, and the input to be changed. */
function answers(question, send, yes, no) {
  const reason = element('input', { type: 'text', maxLength: 65536, autocomplete: 'off', className: 'reason', 'aria-label': 'Why not', placeholder: 'If you deny: why?' });
  const suggestions = question.suggestions ?? [];
  const changed = element('textarea', { rows: 6, spellcheck: false });
  let isChanged = false;
  const wrong = element('p', { className: 'failure', role: 'alert', hidden: true });
  const allow = more => {
    wrong.hidden = true;
    if (!isChanged) {
      send('allow', more);
      return;
    }
    try {
      send('allow', { ...more, updated_input: objectOf(changed.value) });
    } catch (error) {
      wrong.hidden = false;
      setText(wrong, error.message);
    }
  };
  const change = folded('raw', 'Change what it is given', () => {
    changed.value = JSON.stringify(question.input, null, 2);
    changed.addEventListener('input', () => { isChanged = true; });
    return field('Input, as JSON', changed);
  });
  return element('div', {}, change, wrong,
    suggestions.length > 0
      ? folded('raw', 'What "remember" would make the rule for this session', () => element('ul', {}, suggestions.map(rule => element('li', {}, element('code', {}, suggestionText(rule))))))
      : null,
    element('div', { className: 'actions' }, reason,
      button(no, () => send('deny', reason.value ? { message: reason.value } : {}), { className: 'danger deny' }),
      suggestions.length > 0 ? button(`${yes} and remember`, () => allow({ remember: true }), { className: 'remember' }) : null,
      button(yes, () => allow({}), { className: 'primary allow' })));
}

function objectOf(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`That is not JSON: ${error.message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Error('The input has to be a JSON object.');
  }
  return value;
}

function suggestionText(rule) {
  if (rule?.type === 'setMode') {
    return `permission mode ${rule.mode}`;
  }
  if (rule?.type === 'addRules' && Array.isArray(rule.rules)) {
    return `${rule.behavior ?? 'allow'} ${rule.rules.map(one => one?.toolName + (one?.ruleContent ? `(${one.ruleContent})` : '')).join(', ')}`;
  }
  return asText(rule);
}

/** Questions with answers to choose from, or words of one's own. */
function choiceBody(question, send, mayAnswer) {
  const parts = question.input.questions.filter(one => one && typeof one === 'object').map((one, index) => choice(one, `${question.permission_id}-${index}`, mayAnswer));
  const missing = element('p', { className: 'failure', role: 'alert', hidden: true });
  const submit = () => {
    const given = parts.map(part => [part.question, part.answer()]);
    const unanswered = given.some(([, answer]) => answer === '');
    missing.hidden = !unanswered;
    setText(missing, 'Choose an answer to each question, or deny.');
    if (!unanswered) {
      send('allow', { updated_input: { ...question.input, answers: Object.fromEntries(given) } });
    }
  };
  return [
    element('h3', {}, 'The agent asks'), parts.map(part => part.element), missing,
    mayAnswer ? element('div', { className: 'actions' },
      button('Do not answer', () => send('deny'), { className: 'danger deny' }),
      button('Answer', submit, { className: 'primary allow' })) : null,
  ];
}

function choice(one, name, mayAnswer) {
  const options = Array.isArray(one.options) ? one.options : [];
  const type = one.multiSelect ? 'checkbox' : 'radio';
  const words = element('input', { type: 'text', 'aria-label': FREE, disabled: !mayAnswer });
  const own = element('input', { type, name, value: FREE, disabled: !mayAnswer });
  words.addEventListener('input', () => { own.checked = words.value !== ''; });
  const boxes = options.map(option => {
    const label = typeof option === 'string' ? option : String(option?.label ?? '');
    return { label, box: element('input', { type, name, disabled: !mayAnswer }), text: option?.description };
  });
  const view = element('fieldset', {}, element('legend', {}, one.question),
    boxes.map(({ label, box, text }) => element('label', { className: 'option' }, box, element('span', {}, label,
      text ? element('span', { className: 'hint' }, text) : null))),
    element('label', { className: 'option' }, own, words));
  const answer = () => {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ label }) => label);
    if (own.checked && words.value.trim()) {
      chosen.push(words.value.trim());
    }
    return chosen.join(', ');
  };
  return { question: String(one.question), element: view, answer };
}
