// Page script of every page that shows a diagram.
//
//   <div class="mc-diagram js-diagram" data-src="#diagram-data">what is shown without JavaScript</div>
//   <script type="application/json" id="diagram-data">
//     {"xml": "...", "active": ["Task_x"], "done": [], "incidents": [], "counts": {"Task_x": 2},
//      "problems": [{"element": "Task_x", "severity": "error", "message": "..."}], "labels": {"zoom_in": "..."}}
//   </script>
//
// A link with data-diagram-element="Task_x" anywhere on the page brings that element into view.

import { open } from './diagram.js';
import { labels } from './labels.js';

function dataOf(frame) {
  const data = JSON.parse(document.querySelector(frame.dataset.src).textContent);
  return { ...data, labels: labels(document.documentElement.lang, data.labels) };
}

function say(frame, text) {
  const message = document.createElement('p');
  message.className = 'govuk-body mc-diagram__failure';
  message.setAttribute('role', 'alert');
  message.textContent = text;
  frame.replaceChildren(message);
}

async function show(frame) {
  const data = dataOf(frame);
  try {
    await open(frame, data);
    frame.dataset.ready = 'true';
  } catch (error) {
    console.error(error);
    say(frame, data.labels.failed);
  }
}

document.querySelectorAll('.js-diagram').forEach(show);
