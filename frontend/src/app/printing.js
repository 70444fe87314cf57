// Buttons with `data-print` open the print dialogue. Templates deliver them hidden: without JavaScript they do nothing.

export function enablePrinting(page) {
  page.querySelectorAll('button[data-print]').forEach(button => {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  });
}
