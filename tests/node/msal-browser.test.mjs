// @azure/msal-browser in a real Chromium: a single-page app signs its user in by redirect, in a popup and in a hidden frame.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { chromium } from 'playwright-core';
import * as emulator from './emulator.mjs';

const executablePath = find('chromium');
const skip = executablePath ? false : 'chromium is not on PATH';
const library = new URL('node_modules/@azure/msal-browser/lib/', import.meta.url);
const script = (path) => readFileSync(new URL(path, library));

// The app. In a popup or a frame, the same page only takes the response to the page that waits for it.
const files = {
  '/': ['text/html', `<!doctype html><title>App</title><script src="/msal.js"></script><script src="/bridge.js"></script>
    <script>if (opener || parent !== self) { msalRedirectBridge.broadcastResponseToMainFrame(); }</script>`],
  '/msal.js': ['text/javascript', script('msal-browser.min.js')],
  '/bridge.js': ['text/javascript', script('redirect-bridge/msal-redirect-bridge.min.js')],
};

let server;
let context;
let profile;
let page;

function find(program) {
  try {
    return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

before(async () => {
  if (skip) return;
  server = createServer((request, response) => {
    const [type, body] = files[new URL(request.url, 'http://localhost').pathname] ?? ['text/plain', ''];
    response.writeHead(200, { 'Content-Type': type }).end(body);
  });
  await new Promise((ready) => server.listen(0, 'localhost', ready));
  // A profile that allows the cookies of other sites in frames: a page by HTTP and one by HTTPS are two sites.
  profile = mkdtempSync(join(tmpdir(), 'aztoken-chromium-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }));
  context = await chromium.launchPersistentContext(profile, {
    executablePath, ignoreHTTPSErrors: true, args: ['--no-sandbox', '--no-proxy-server'],
  });
});

after(async () => {
  await context?.close();
  server?.close();
  if (profile) rmSync(profile, { recursive: true, force: true });
});

beforeEach(async () => {
  if (skip) return;
  await page?.close();
  await context.clearCookies();
  await emulator.forgetBrowsers();
  page = await context.newPage();
  await page.goto(origin());
});

const origin = () => `http://localhost:${server.address().port}/`;

/** Makes the app in the page; with what a redirect has brought, if any. */
function begin() {
  return page.evaluate(async ({ clientId, authority, redirectUri }) => {
    window.app = new msal.PublicClientApplication({
      auth: { clientId, authority, redirectUri, knownAuthorities: [new URL(authority).host] },
      cache: { cacheLocation: 'sessionStorage' },
    });
    await app.initialize();
    return app.handleRedirectPromise();
  }, { clientId: emulator.singlePageApp, authority: emulator.authority, redirectUri: origin() });
}

async function signIn(at) {
  await at.getByLabel('User name').fill(emulator.user);
  await at.getByLabel('Password').fill(emulator.password);
  await at.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('loginRedirect, then silently for another resource', { skip }, async () => {
  await begin();
  await page.evaluate(() => { app.loginRedirect({ scopes: ['User.Read'] }); });
  await signIn(page);
  await page.waitForURL(`${origin()}**`);
  const result = await begin();
  assert.equal(result.account.username, emulator.user);
  const silent = await page.evaluate((account) => app.acquireTokenSilent({
    scopes: ['https://management.azure.com/.default'], account,
  }), result.account);
  assert.match(silent.accessToken, /^ey/);
});

test('loginPopup, then ssoSilent in a hidden frame with the cookie of the sign-in', { skip }, async () => {
  await begin();
  const opened = page.waitForEvent('popup');
  const result = page.evaluate(() => app.loginPopup({ scopes: ['User.Read'] }));
  await signIn(await opened);
  assert.equal((await result).account.username, emulator.user);

  const silent = await page.evaluate((loginHint) => app.ssoSilent({ scopes: ['User.Read'], loginHint }), emulator.user);
  assert.equal(silent.account.username, emulator.user);
  assert.equal(silent.fromCache, false);
});

test('ssoSilent of nobody', { skip }, async () => {
  await begin();
  const code = await page.evaluate(() => app.ssoSilent({ scopes: ['User.Read'] }).catch((error) => error.errorCode));
  assert.equal(code, 'login_required');
});
