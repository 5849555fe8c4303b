// Types, format and unit tests. `--if-changed` (the Maven build) skips them while nothing changed since they were green.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
process.chdir(here);
const stampFile = join(here, 'target/test.stamp');
const stamp = hashOf(['src', 'html', 'test', 'test.mjs', 'build.mjs', 'package-lock.json', 'tsconfig.json']);
if (
  process.argv.includes('--if-changed') &&
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === stamp
) {
  console.log('web-client: nothing changed since its tests were green');
} else {
  rmSync(stampFile, { force: true });
  await run();
  writeFileSync(stampFile, stamp);
}

async function run() {
  const { build } = await import('esbuild');
  const out = join(here, 'target/test');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const tests = readdirSync('test').filter((name) => name.endsWith('.test.ts'));
  await build({
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  tool('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
  tool('node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json');
  tool('node_modules/prettier/bin/prettier.cjs', '--log-level=warn', '--check', '.');
  const bundles = tests.map((name) => join(out, name.replace('.ts', '.mjs')));
  tool('--enable-source-maps', '--test', '--test-reporter=spec', ...bundles);
}

function tool(...args) {
  try {
    execFileSync(process.execPath, args, { stdio: 'inherit' });
  } catch (error) {
    process.exit(error.status || 1);
  }
}
