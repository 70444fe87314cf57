// A second click while the first is under way must not send a form twice. The server stays the judge: it refuses a
// repeated command anyway, but a person should not have to read about it.

export function guardAgainstDoubleSubmit(page) {
  page.addEventListener('submit', guard);
  window.addEventListener('pageshow', () => page.querySelectorAll('form[data-sent]').forEach(release));
}

function guard(event) {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'true';
  event.submitter?.setAttribute('aria-disabled', 'true');
}

// Going back brings the page out of the browser's memory as it was left, sent and blocked.
function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-disabled="true"]').forEach(button => button.removeAttribute('aria-disabled'));
}
