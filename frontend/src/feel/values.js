// What an expression yields, as JSON: dates and durations become the text that FEEL's own string() gives.

import { evaluate } from '@bpmn-io/feelin';
import { DateTime, Duration, SystemZone } from 'luxon';

export class Refused extends Error {
  constructor(code, message, position) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

function isPlain(value) {
  return Object.getPrototypeOf(value) === Object.prototype;
}

// FEEL's string() leaves out the offset of local time; whoever stores an instant needs it.
function isInstant(value) {
  return DateTime.isDateTime(value) && value.year !== 1900 && value.zone === SystemZone.instance;
}

export function toJson(value) {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Refused('type', 'the result is not a finite number');
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new Refused('type', 'the result holds half a character');
  }
  if ([ 'boolean', 'number', 'string' ].includes(typeof value)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(toJson);
  }
  if (isInstant(value)) {
    return value.toISO({ suppressMilliseconds: true });
  }
  if (DateTime.isDateTime(value) || Duration.isDuration(value)) {
    return evaluate('string(it)', { it: value }).value;
  }
  if (isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([ key, entry ]) => [ key, toJson(entry) ]));
  }
  throw new Refused('type', 'the result is a range or a function, not a value');
}
