// Static reading of an expression: the variables it needs from outside, and the traps it holds.

import { evaluate, parseExpression, parseUnaryTests } from '@bpmn-io/feelin';

import { Refused } from './values.js';

export function review(expression, unary) {
  const tree = unary ? parseUnaryTests(expression, {}) : parseExpression(expression, {});
  const reading = { text: expression, names: new Set(), problems: [] };
  refuseSyntaxErrors(tree);
  read(tree.topNode, reading, new Set([ '?' ]));
  return { names: [ ...reading.names ].sort(), problems: reading.problems };
}

function refuseSyntaxErrors(tree) {
  tree.iterate({
    enter({ type, from, to }) {
      if (type.isError) {
        throw new Refused('syntax', 'the text cannot be read from here', { from, to });
      }
    }
  });
}

// Kinds of node that bind names or hide them; every other kind only passes its children on.
const READERS = {
  VariableName(node, reading, bound) {
    const name = nameOf(node, reading);
    if (!bound.has(name)) {
      reading.names.add(name);
    }
  },
  PathExpression(node, reading, bound) {
    read(node.firstChild, reading, bound); // what follows the dot is an entry, not a variable
  },
  FilterExpression(node, reading, bound) {
    read(node.firstChild, reading, bound); // names between the brackets may be entries of the items
  },
  InstanceOfExpression(node, reading, bound) {
    note(reading, 'instance_of', node, '`instance of` is always false here: compare with null or use string()');
    read(node.firstChild, reading, bound);
  },
  ParameterName() {},
  Context(node, reading, bound) {
    const inner = new Set(bound);
    for (const entry of node.getChildren('ContextEntry')) {
      read(entry.lastChild, reading, inner);
      inner.add(nameOf(entry.getChild('Key'), reading));
    }
  },
  FunctionDefinition(node, reading, bound) {
    const parameters = node.getChild('FormalParameters')?.getChildren('FormalParameter') ?? [];
    const names = parameters.map(parameter => nameOf(parameter.getChild('ParameterName'), reading));
    read(node.getChild('FunctionBody'), reading, new Set([ ...bound, ...names ]));
  },
  FunctionInvocation(node, reading, bound) {
    const target = node.firstChild;
    const name = nameOf(target, reading);
    if (target.name !== 'VariableName' || bound.has(name) || !isBuiltin(name)) {
      read(target, reading, bound);
    }
    children(node).slice(1).forEach(child => read(child, reading, bound));
  },
  ForExpression: readIteration,
  QuantifiedExpression: readIteration,
  Comparison(node, reading, bound) {
    noteGreedyIn(node, reading);
    noteDateAgainstText(node, reading);
    children(node).forEach(child => read(child, reading, bound));
  }
};

function read(node, reading, bound) {
  const reader = READERS[node.name];
  if (reader) {
    reader(node, reading, bound);
  } else {
    children(node).forEach(child => read(child, reading, bound));
  }
}

function readIteration(node, reading, bound) {
  const inner = new Set(bound);
  for (const each of node.getChild('InExpressions').getChildren('InExpression')) {
    read(each.lastChild, reading, inner);
    inner.add(nameOf(each.getChild('Name'), reading));
  }
  inner.add('partial');
  read(node.lastChild, reading, inner);
}

function children(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    found.push(child);
  }
  return found;
}

function nameOf(node, { text }) {
  return text.slice(node.from, node.to).replace(/\s+/g, ' ');
}

function isBuiltin(name) {
  return evaluate(name, {}).warnings.length === 0;
}

function note(reading, code, { from, to }, detail) {
  reading.problems.push({ code, detail, position: [ from, to ] });
}

// `x in [1..5] and y` is read as `x in ([1..5] and y)`, which is null and raises no warning.
function noteGreedyIn(node, reading) {
  const test = node.getChild('in') && node.getChild('PositiveUnaryTest');
  const swallowed = test && [ test.firstChild, test.firstChild?.lastChild ].find(child => isConnective(child));
  if (swallowed) {
    note(reading, 'greedy_in', node, 'what follows `in` swallows the rest: put the test with `in` in parentheses');
  }
}

function isConnective(node) {
  return [ 'Conjunction', 'Disjunction', 'Comparison' ].includes(node?.name);
}

// Variables are JSON, so a date in a variable is text; compared with a date, the answer is false without a warning.
function noteDateAgainstText(node, reading) {
  const sides = [ node.firstChild, node.lastChild ].map(side => side.name);
  if (node.getChild('CompareOp') && sides.includes('DateTimeLiteral')
      && sides.some(side => [ 'VariableName', 'PathExpression', 'StringLiteral' ].includes(side))) {
    note(reading, 'date_against_text', node, 'a variable holds its date as text: write date(...) around it');
  }
}
