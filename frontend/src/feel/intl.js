// QuickJS has no Intl. Luxon, which feelin uses for dates, needs the few calls below.
//
// The service keeps one zone, Asia/Ho_Chi_Minh, which has had the fixed offset +07:00 since 1975; UTC is known as well.
// Any other zone name is refused with a RangeError, as a real Intl refuses a name it does not know:
// a wrong offset would be worse than an error.

const OFFSET_MINUTES = { 'Asia/Ho_Chi_Minh': 420, 'Asia/Saigon': 420, 'UTC': 0, 'Etc/UTC': 0, 'GMT': 0 };
const HOME = 'Asia/Ho_Chi_Minh';

function twoDigits(number) {
  return String(number).padStart(2, '0');
}

class DateTimeFormat {
  constructor(_locale, options = {}) {
    this.timeZone = options.timeZone ?? HOME;
    if (!Object.hasOwn(OFFSET_MINUTES, this.timeZone)) {
      throw new RangeError(`unknown time zone: ${this.timeZone}`);
    }
  }

  resolvedOptions() {
    return { locale: 'en', calendar: 'iso8601', numberingSystem: 'latn', timeZone: this.timeZone };
  }

  formatToParts(date = Date.now()) {
    const local = new Date(Number(date) + OFFSET_MINUTES[this.timeZone] * 60000);
    return [
      { type: 'era', value: local.getUTCFullYear() > 0 ? 'AD' : 'BC' },
      { type: 'year', value: String(local.getUTCFullYear()) },
      { type: 'month', value: twoDigits(local.getUTCMonth() + 1) },
      { type: 'day', value: twoDigits(local.getUTCDate()) },
      { type: 'hour', value: twoDigits(local.getUTCHours()) },
      { type: 'minute', value: twoDigits(local.getUTCMinutes()) },
      { type: 'second', value: twoDigits(local.getUTCSeconds()) }
    ];
  }

  format(date) {
    return this.formatToParts(date).map(part => part.value).join(' ');
  }

  static supportedLocalesOf() {
    return [ 'en' ];
  }
}

class NumberFormat {
  format(number) {
    return String(number);
  }

  resolvedOptions() {
    return { locale: 'en', numberingSystem: 'latn' };
  }
}

// The zone of the host must not matter: two machines have to decide alike.
Date.prototype.getTimezoneOffset = () => -OFFSET_MINUTES[HOME];

globalThis.Intl = { DateTimeFormat, NumberFormat, supportedValuesOf: () => [] };
