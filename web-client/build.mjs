// Builds the pages into target/classes/web, from where signaling serves them:
//   index.html studio.html watch.html embed.html player.js   fixed names, to be revalidated
//   assets/*                                                  content hashes in the names, immutable
//   assets/shaka-*                                            what plays DASH and HLS; player.js fetches it when needed
//   assets/manifest.json                                      source name → file
// It does nothing when nothing changed; `--install` runs `npm ci` first when the lockfile changed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'target/classes/web');
const DASH = 'shaka-player/dist/shaka-player.dash-es2021.js';
const HLS = 'shaka-player/dist/shaka-player.hls-es2021.js';
const PAGES = { index: 'home', studio: 'studio', watch: 'watch', embed: 'embed' };

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();

async function main() {
  process.chdir(here);
  if (process.argv.includes('--install')) install();
  const stamp = hashOf(['src', 'html', 'build.mjs', 'package.json', 'package-lock.json']);
  const stampFile = join(here, 'target/web.stamp');
  if (existsSync(join(out, 'index.html')) && read(stampFile) === stamp) return;
  await build();
  writeFileSync(stampFile, stamp);
}

async function build() {
  const { build: bundle } = await import('esbuild');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'assets'), { recursive: true });
  const common = {
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    metafile: true,
    logLevel: 'warning',
    sourcemap: 'linked',
    absWorkingDir: here,
  };
  const shaka = await bundle({
    ...common,
    entryPoints: [DASH, HLS],
    entryNames: '[name]-[hash]',
    outdir: join(out, 'assets'),
    // Minified by its makers; a map of that would be larger than what it maps and tell nothing.
    sourcemap: false,
  });
  await bundle({
    ...common,
    entryPoints: ['src/player/player.ts'],
    outdir: out,
    loader: { '.css': 'text' },
    define: { MILLRACE_SHAKA_DASH: chunk(shaka, DASH), MILLRACE_SHAKA_HLS: chunk(shaka, HLS) },
  });
  const assets = await bundle({
    ...common,
    entryPoints: [
      ...Object.values(PAGES).map((page) => `src/${page}/${page}.ts`),
      'src/page/base.css',
      'src/chat/chat.css',
      'src/studio/studio.css',
    ],
    entryNames: '[name]-[hash]',
    outdir: join(out, 'assets'),
    // The page scripts reach the player only through its element.
    external: ['/player.js'],
  });
  const manifest = {};
  for (const [file, { entryPoint }] of Object.entries(assets.metafile.outputs)) {
    if (entryPoint) manifest[entryPoint.split('/').pop().replace('.ts', '.js')] = file.split('/').pop();
  }
  const favicon = readFileSync('html/favicon.svg');
  manifest['favicon.svg'] = `favicon-${createHash('sha256').update(favicon).digest('hex').slice(0, 8)}.svg`;
  writeFileSync(join(out, 'assets', manifest['favicon.svg']), favicon);
  writeFileSync(join(out, 'assets/manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
  for (const page of Object.keys(PAGES)) {
    const html = readFileSync(`html/${page}.html`, 'utf8').replace(/\{\{(.+?)\}\}/g, (_, name) => {
      if (!manifest[name]) throw new Error(`html/${page}.html wants ${name}, which the build does not make`);
      return `/assets/${manifest[name]}`;
    });
    writeFileSync(join(out, `${page}.html`), html);
  }
}

/** Where an entry went, relative to player.js, as a JavaScript string. */
function chunk(bundled, entry) {
  const found = Object.entries(bundled.metafile.outputs).find(([, { entryPoint }]) =>
    entryPoint?.endsWith(entry),
  );
  return JSON.stringify(`./assets/${found[0].split('/').pop()}`);
}

function install() {
  const wanted = hashOf(['package.json', 'package-lock.json']);
  const installed = join(here, 'node_modules/.millrace-installed');
  if (read(installed) === wanted) return;
  execFileSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { stdio: 'inherit', cwd: here });
  writeFileSync(installed, wanted);
}

/** One hash over files and whole folders. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf))
    hash.update(relative(here, path)).update('\0').update(readFileSync(path));
  return hash.digest('hex');
}

function filesOf(path) {
  const full = join(here, path);
  try {
    return readdirSync(full, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [full];
    throw error;
  }
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
