// Builds everything that the browser and the FEEL engine load. Usage: node build.mjs [--check]
//
// The output is committed, so that an installation needs no Node. `--check` builds again, compares byte by byte with
// the files that are there and ends with an error when one differs.

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { feelin } from './recipes/feelin.mjs';
import { pages } from './recipes/pages.mjs';
import { distinct, licences, vendorList } from './recipes/papers.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '..');
process.chdir(HERE);

const outputs = await everything();

async function everything() {
  const [ forPython, forBrowsers ] = await Promise.all([ feelin(), pages() ]);
  const files = [ ...forPython.files, ...forBrowsers.files ];
  const packages = distinct([ ...forPython.packages, ...forBrowsers.packages ]);
  return [
    ...files,
    { path: 'app/static/vendor/LICENSES.txt', contents: licences(forBrowsers.packages) },
    { path: 'app/static/vendor/README.md', contents: vendorList(packages, files) }
  ];
}

// Names in this folder carry hashes: what an earlier build left there must go.
const HASHED = 'app/static/dist';

async function leftovers() {
  const built = new Set(outputs.map(output => output.path));
  const there = await readdir(resolve(ROOT, HASHED)).catch(() => []);
  return there.map(name => `${HASHED}/${name}`).filter(path => !built.has(path));
}

async function write({ path, contents }) {
  const target = resolve(ROOT, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, contents);
}

async function differs({ path, contents }) {
  const there = await readFile(resolve(ROOT, path)).catch(() => null);
  return there === null || !there.equals(Buffer.from(contents));
}

if (process.argv.includes('--check')) {
  const checks = await Promise.all(outputs.map(differs));
  const wrong = [ ...outputs.filter((_, index) => checks[index]).map(output => output.path), ...await leftovers() ];
  console.log(wrong.length ? `differ from what is committed:\n${wrong.join('\n')}` : `${outputs.length} files are as committed`);
  process.exitCode = wrong.length ? 1 : 0;
} else {
  await Promise.all((await leftovers()).map(path => rm(resolve(ROOT, path))));
  await Promise.all(outputs.map(write));
  outputs.forEach(({ path, contents }) => console.log(`${path}  ${(contents.length / 1024).toFixed(1)} KiB`));
}
