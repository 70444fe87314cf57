// What happens where: classes on the shapes, and small badges that say the same without colour.

const TOP_RIGHT = { top: -14, right: 14 };
const TOP_LEFT = { top: -14, left: -14 };
const BOTTOM_LEFT = { bottom: 10, left: -10 };

export function mark(viewer, { active = [], done = [], incidents = [], counts = {}, problems = [], labels }) {
  const put = placer(viewer);
  done.forEach(id => put(id, 'mc-done', BOTTOM_LEFT, '✓', labels.done));
  active.forEach(id => put(id, 'mc-active', TOP_RIGHT, tokens(counts, id), labels.active));
  incidents.forEach(id => put(id, 'mc-incident', TOP_LEFT, '!', labels.incident));
  problems.forEach(({ element, severity, message }) => {
    put(element, `mc-problem-${severity}`, TOP_LEFT, '!', message ?? labels[severity]);
  });
}

function tokens(counts, id) {
  return String(counts[id] ?? 1);
}

// Returns a function that marks an element, or does nothing for an id that the diagram does not have.
function placer(viewer) {
  const [ canvas, overlays, registry ] = [ 'canvas', 'overlays', 'elementRegistry' ].map(name => viewer.get(name));
  return (id, className, position, text, label) => {
    const element = registry.get(id);
    if (!element) {
      return;
    }
    canvas.addMarker(element, className);
    if (!element.waypoints) {
      overlays.add(element, { position, html: badge(className, text, label) });
    }
  };
}

function badge(className, text, label) {
  const element = document.createElement('span');
  const words = label.replace('{count}', text);
  element.className = `mc-badge ${className}-badge`;
  element.textContent = text;
  element.title = words;
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', words);
  return element;
}
