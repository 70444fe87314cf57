// A form that names an address in `data-autosave` is kept there while it is being written: after a pause, and when the
// page goes away. Without JavaScript the button beside "complete" does the same.

const PAUSE_MS = 3000;

export function enableAutosave(page) {
  page.querySelectorAll('form[data-autosave]').forEach(form => new Autosave(form));
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.changed = false;
    form.addEventListener('input', () => this.note());
    form.addEventListener('submit', () => this.forget());
    window.addEventListener('pagehide', () => this.save());
    document.addEventListener('visibilitychange', () => document.hidden && this.save());
  }

  note() {
    this.changed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  forget() {
    this.changed = false;
    clearTimeout(this.timer);
  }

  async save() {
    if (!this.changed) {
      return;
    }
    this.forget();
    const body = new URLSearchParams(new FormData(this.form));
    const answer = await fetch(this.form.dataset.autosave, {
      method: 'POST', body, headers: { 'X-Autosave': '1' }, keepalive: true, redirect: 'manual'
    }).catch(() => null);
    this.tell(answer?.ok);
  }

  tell(saved) {
    const status = this.form.querySelector('[data-autosave-status]');
    if (status) {
      status.textContent = saved ? status.dataset.saved : status.dataset.failed;
    }
  }
}
