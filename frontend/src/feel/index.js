// The door of feelin towards Python: texts in, JSON texts out. Bundled into engine/workflow/feel/feelin.js.

import './intl.js';
import { evaluate, unaryTest, SyntaxError as FeelSyntaxError } from '@bpmn-io/feelin';
import { DateTime, Settings } from 'luxon';

import { review } from './review.js';
import { Refused, toJson } from './values.js';

Settings.defaultLocale = 'en';

// Engine failures must reach Python, which throws the whole context away; they are never an answer.
const FATAL = /out of memory|stack|interrupted|string length|string too long/i;

function clockNames(clock) {
  const now = () => {
    if (clock === null) {
      throw new Refused('unknown_name', 'now() and today() have no clock here');
    }
    return DateTime.fromMillis(clock);
  };
  // A date is midnight without a zone, kept as UTC: only so does today() equal date("...").
  return { now, today: () => now().setZone('utc', { keepLocalTime: true }).startOf('day') };
}

function refuseWarnings(warnings) {
  for (const { type, message, details } of warnings) {
    if (type === 'NO_PROPERTY_FOUND' && details.values.target === null) {
      continue; // a property of null is null: the author knows the name, the citizen left it empty
    }
    throw new Refused(/^NO_(VARIABLE|CONTEXT|FUNCTION)/.test(type) ? 'unknown_name' : 'type', message);
  }
}

function problemOf(error) {
  if (error instanceof FeelSyntaxError) {
    return { code: 'syntax', detail: error.message, position: error.position };
  }
  if (error instanceof Refused) {
    return { code: error.code, detail: error.message, position: error.position };
  }
  if (FATAL.test(error.message)) {
    throw error;
  }
  return { code: 'type', detail: error.message };
}

function answer(compute) {
  try {
    return JSON.stringify({ value: compute() });
  } catch (error) {
    return JSON.stringify({ error: problemOf(error) });
  }
}

globalThis.feel = (operation, expression, variables, clock) => answer(() => {
  if (operation.startsWith('review')) {
    return review(expression, operation === 'review unary');
  }
  const run = operation === 'unary' ? unaryTest : evaluate;
  const { value, warnings } = run(expression, { ...clockNames(clock), ...JSON.parse(variables) });
  refuseWarnings(warnings);
  return toJson(value);
});
