// One diagram in its frame: drawn, fitted, marked, and within reach of the keyboard.

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { mark } from './marks.js';
import { toolbar } from './toolbar.js';

const READABLE = 0.5;
const CLOSER = 0.75;
const TEXT = { fontFamily: '"Be Vietnam Pro", system-ui, arial, sans-serif', fontSize: 12 };

export async function open(frame, data) {
  const drawing = document.createElement('div');
  drawing.className = 'mc-diagram__canvas';
  frame.replaceChildren(drawing);
  await document.fonts.load(`${TEXT.fontSize}px "Be Vietnam Pro"`, 'ếư'); // labels are broken into lines as measured
  const viewer = new NavigatedViewer({
    container: drawing, zoomScroll: { enabled: false }, textRenderer: { defaultStyle: TEXT, externalStyle: TEXT }
  });
  await viewer.importXML(data.xml);
  frame.prepend(toolbar(viewer, data.labels, () => fit(viewer, [])));
  nameForReaders(drawing, data.labels.diagram);
  fit(viewer, data.active ?? []);
  mark(viewer, data);
  scrollOnlyWhileFocused(viewer, drawing);
  followLinks(viewer);
}

// A large diagram on a small screen would be a grey stripe: then the view starts at the step that is under way.
function fit(viewer, active) {
  const canvas = viewer.get('canvas');
  const current = active.map(id => viewer.get('elementRegistry').get(id)).find(Boolean);
  canvas.resized(); // the buttons have taken their part of the frame
  canvas.zoom('fit-viewport', 'auto');
  if (current && canvas.zoom() < READABLE) {
    canvas.viewbox(around(current, canvas.viewbox().outer));
  }
}

function around(element, outer) {
  const [ width, height ] = [ outer.width / CLOSER, outer.height / CLOSER ];
  return {
    x: element.x + element.width / 2 - width / 2,
    y: element.y + element.height / 2 - height / 2,
    width,
    height
  };
}

function nameForReaders(drawing, label) {
  const svg = drawing.querySelector('svg');
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-label', label);
}

// The wheel belongs to the page until somebody has clicked into the diagram.
function scrollOnlyWhileFocused(viewer, drawing) {
  const zoomScroll = viewer.get('zoomScroll');
  drawing.addEventListener('focusin', () => zoomScroll.toggle(true));
  drawing.addEventListener('focusout', () => zoomScroll.toggle(false));
}

function followLinks(viewer) {
  const canvas = viewer.get('canvas');
  const marker = 'mc-found';
  document.querySelectorAll('[data-diagram-element]').forEach(link => link.addEventListener('click', event => {
    const element = viewer.get('elementRegistry').get(link.dataset.diagramElement);
    if (!element) {
      return;
    }
    event.preventDefault();
    viewer.get('elementRegistry').forEach(other => canvas.removeMarker(other, marker));
    canvas.scrollToElement(element);
    canvas.addMarker(element, marker);
    canvas.getContainer().scrollIntoView({ block: 'nearest' });
  }));
}
