// Zooming with real buttons: named, reachable with the keyboard, large enough for a finger.

const STEP = 1.3;
const [ SMALLEST, LARGEST ] = [ 0.2, 4 ];

export function toolbar(viewer, labels, fit) {
  const bar = document.createElement('div');
  bar.className = 'mc-diagram__toolbar';
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', labels.tools);
  bar.append(
    button('+', labels.zoom_in, () => zoom(viewer, STEP)),
    button('−', labels.zoom_out, () => zoom(viewer, 1 / STEP)),
    button('⤢', labels.fit, fit)
  );
  return bar;
}

function zoom(viewer, factor) {
  const canvas = viewer.get('canvas');
  canvas.zoom(Math.min(LARGEST, Math.max(SMALLEST, canvas.zoom() * factor)), 'auto');
}

function button(sign, label, act) {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'mc-diagram__button';
  element.textContent = sign;
  element.title = label;
  element.setAttribute('aria-label', label);
  element.addEventListener('click', act);
  return element;
}
