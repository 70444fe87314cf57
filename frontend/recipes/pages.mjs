// Scripts and styles of the pages, under names that carry a hash of their content, and the manifest that knows them.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';

import { build } from 'esbuild';

import { describe, packagesOf, sha256 } from './papers.mjs';

const require = createRequire(import.meta.url);
const DIST = 'app/static/dist';
const FONTS = 'app/static/fonts';
const TYPEFACE = '"Be Vietnam Pro",system-ui,arial,sans-serif';

// The files keep their names in app/static/fonts; the style sheet only points there.
const fonts = {
  name: 'fonts',
  setup(build) {
    build.onResolve({ filter: /\.woff2$/ }, ({ path }) => ({ path: `../fonts/${basename(path)}`, external: true }));
  }
};

// The typeface, the crown and the crest belong to GOV.UK alone; the rest of the style sheet is MIT.
const unbranded = {
  name: 'unbranded',
  setup(build) {
    build.onLoad({ filter: /govuk-frontend\.min\.css$/ }, async ({ path }) => {
      const contents = withoutBrand(await readFile(path, 'utf8'));
      if (/GDS|crest|Calvert/i.test(contents)) {
        throw new Error('govuk-frontend has changed: part of its brand is still in the style sheet');
      }
      return { contents, loader: 'css' };
    });
  }
};

function withoutBrand(css) {
  return css
    .replace(/\/\*! Copyright \(c\) 2011 by Margaret Calvert[^]*?\*\//, '')
    .replace(/@font-face\{[^}]*\}/g, '')
    .replaceAll('font-family:GDS Transport,arial,sans-serif', `font-family:${TYPEFACE}`)
    .replaceAll('font-family:sans-serif', `font-family:${TYPEFACE}`) // paper has marks above its letters as well
    .replace(/[^{}]*\{[^{}]*govuk-crest[^{}]*\}/g, '')
    .replace(/\/\*# sourceMappingURL=.*?\*\//, '');
}

const OPTIONS = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: 'dist',
  format: 'esm',
  target: [ 'es2022', 'chrome109', 'firefox115', 'safari16.4' ],
  loader: { '.svg': 'dataurl' },
  legalComments: 'inline',
  logLevel: 'error', // GOV.UK keeps an old hack for a browser nobody has, which earns a warning
  plugins: [ fonts, unbranded ]
};

async function bundles() {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    entryPoints: {
      'app.script': 'src/app/index.js',
      'app.style': 'src/css/app.css',
      'slim.style': 'src/css/slim.css',
      'viewer.script': 'src/viewer/index.js',
      'viewer.style': 'src/css/viewer.css'
    }
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path).replace(/\.(script|style)/, ''), contents }));
  return { files, packages: await packagesOf(metafile) };
}

async function pictures() {
  const names = [ 'favicon.svg', 'mark.svg' ];
  return Promise.all(names.map(async name => ({ name, contents: await readFile(`src/${name}`) })));
}

async function typefaces() {
  const css = await readFile('src/css/fonts.css', 'utf8');
  const paths = [ ...css.matchAll(/url\("([^"]+)"\)/g) ].map(match => match[1]);
  const licence = require.resolve('@fontsource/be-vietnam-pro/LICENSE');
  return Promise.all([
    ...paths.map(async path => ({ path: `${FONTS}/${basename(path)}`, contents: await readFile(require.resolve(path)) })),
    readFile(licence).then(contents => ({ path: `${FONTS}/OFL.txt`, contents }))
  ]);
}

function hashed({ name, contents }) {
  const [ stem, ending ] = name.split('.');
  return { name, path: `${DIST}/${stem}.${sha256(contents).slice(0, 10)}.${ending}`, contents };
}

function manifest(files) {
  const entries = files.map(({ name, path }) => [ name, basename(path) ]).sort();
  return { path: `${DIST}/manifest.json`, contents: `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n` };
}

export async function pages() {
  const { files, packages } = await bundles();
  const named = [ ...files, ...await pictures() ].map(hashed);
  return {
    files: [ ...named, manifest(named), ...await typefaces() ],
    packages: [ ...packages, await describe('@fontsource/be-vietnam-pro') ]
  };
}
