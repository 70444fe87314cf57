// feelin for QuickJS: one script without imports, with one mended line.

import { readFile } from 'node:fs/promises';

import { build } from 'esbuild';

import { licences, packagesOf } from './papers.mjs';

const HOME = 'engine/workflow/feel';

// date(from) must be the calendar day of the instant in its own zone (DMN 1.3, 10.3.4.1). feelin 6.1.1 takes the
// day in UTC, so that date(now()) was yesterday in Việt Nam until seven in the morning.
const WRONG = "return d && ifValid(d.setZone('utc').startOf('day')) || null;";
const RIGHT = "return d && ifValid(d.setZone('utc', { keepLocalTime: true }).startOf('day')) || null;";

const mended = {
  name: 'mended',
  setup(build) {
    build.onLoad({ filter: /@bpmn-io[/\\]feelin[/\\]dist[/\\]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (source.split(WRONG).length !== 2) {
        throw new Error('feelin has changed: look at the mended line again');
      }
      return { contents: source.replace(WRONG, RIGHT), loader: 'js' };
    });
  }
};

export async function feelin() {
  const { outputFiles, metafile } = await build({
    entryPoints: [ 'src/feel/index.js' ],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: 'feel',
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    plugins: [ mended ]
  });
  const packages = await packagesOf(metafile);
  const files = [
    { path: `${HOME}/feelin.js`, contents: outputFiles[0].contents },
    { path: `${HOME}/feelin.LICENSES.txt`, contents: licences(packages) }
  ];
  return { files, packages };
}
