// What is written beside the bundles: the licence of everything inside them, and a list with versions and hashes.

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';

// govuk-frontend ships its licence in its repository only.
const KEPT_HERE = { 'govuk-frontend': 'licences/govuk-frontend.txt' };

export function sha256(contents) {
  return createHash('sha256').update(contents).digest('hex');
}

// The packages of which anything stands in a bundle, from the list of inputs that esbuild gives.
export async function packagesOf(metafile) {
  const names = Object.keys(metafile.inputs).map(path => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return Promise.all([ ...new Set(names.filter(Boolean)) ].sort().map(describe));
}

export async function describe(name) {
  const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
  return { name, version, license, text: await licenceText(name) };
}

async function licenceText(name) {
  const file = (await readdir(`node_modules/${name}`)).find(entry => /^licen[cs]e/i.test(entry));
  return readFile(KEPT_HERE[name] ?? `node_modules/${name}/${file}`, 'utf8');
}

export function licences(packages) {
  return packages.map(({ name, version, text }) => `${name} ${version}\n\n${text.trim()}\n`).join(`\n${'-'.repeat(72)}\n\n`);
}

export function vendorList(packages, files) {
  return `# Work of others in this installation

Written by \`node frontend/build.mjs\`, which builds the files from the packages of the npm registry that
\`frontend/package-lock.json\` pins with their hashes. The licences in full: \`LICENSES.txt\` here,
\`engine/workflow/feel/feelin.LICENSES.txt\`, and \`app/static/fonts/OFL.txt\` for the typeface.

The bpmn.io watermark on every diagram must stay visible: the licence of bpmn-js and diagram-js asks for it. The typeface,
crown and crest of GOV.UK are not in the style sheet: they are not licensed to others.

| package | version | licence | source |
|---|---|---|---|
${packages.map(row).join('\n')}

| file | SHA-256 |
|---|---|
${files.map(({ path, contents }) => `| ${path} | \`${sha256(contents)}\` |`).join('\n')}
`;
}

function row({ name, version, license }) {
  const terms = license.startsWith('SEE') ? 'bpmn.io licence (MIT and the watermark)' : license;
  return `| ${name} | ${version} | ${terms} | https://www.npmjs.com/package/${name}/v/${version} |`;
}

export function distinct(packages) {
  const byName = new Map(packages.map(each => [ each.name, each ]));
  return [ ...byName.keys() ].sort().map(name => byName.get(name));
}
