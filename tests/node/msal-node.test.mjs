// @azure/msal-node signs in to the emulator by each grant with a person in it.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from '@azure/msal-node';
import * as emulator from './emulator.mjs';

const scopes = ['User.Read'];
const redirectUri = 'http://localhost';

const auth = { authority: emulator.authority, knownAuthorities: [new URL(emulator.authority).host] };
const publicApp = () => new PublicClientApplication({ auth: { ...auth, clientId: emulator.publicClient } });
const webApp = () => new ConfidentialClientApplication({
  auth: { ...auth, clientId: emulator.confidentialClient, clientSecret: emulator.clientSecret },
});

beforeEach(() => emulator.seen.splice(0));

function assertSignedIn(result) {
  assert.match(result.accessToken, /^ey/);
  assert.equal(result.account.username, emulator.user);
  assert.equal(result.tenantId, emulator.tenantId);
  assert.notEqual(emulator.seen.length, 0);
}

/** The parameters of a code with PKCE, and the secret that goes with them. */
async function withPkce() {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  return { verifier, request: { scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256' } };
}

/** What a browser brings back in a query or a form. */
function fields({ uri, form }) {
  return form ?? Object.fromEntries(new URL(uri).searchParams);
}

test('acquireTokenInteractive, then silently for another resource', async () => {
  const app = publicApp();
  const openBrowser = async (uri) => emulator.deliver(await emulator.authorize(uri));
  const result = await app.acquireTokenInteractive({ scopes, openBrowser });
  assertSignedIn(result);

  const silent = await app.acquireTokenSilent({ scopes: ['https://management.azure.com/.default'], account: result.account });
  assertSignedIn(silent);
  assert.notEqual(silent.accessToken, result.accessToken);
});

test('acquireTokenInteractive when the person cancels', async () => {
  const openBrowser = async (uri) => emulator.deliver(await emulator.authorize(uri, 'cancel'));
  await assert.rejects(publicApp().acquireTokenInteractive({ scopes, openBrowser }), { errorCode: 'access_denied' });
});

for (const [name, makeApp] of [['a public app', publicApp], ['a web app with a secret', webApp]]) {
  test(`acquireTokenByCode in ${name}`, async () => {
    const app = makeApp();
    const { verifier, request } = await withPkce();
    const { code } = fields(await emulator.authorize(await app.getAuthCodeUrl(request)));
    assertSignedIn(await app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier }));
    await assert.rejects(app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier }), /AADSTS54005/);
  });
}

test('acquireTokenByCode with another verifier', async () => {
  const app = publicApp();
  const { verifier, request } = await withPkce();
  const { code } = fields(await emulator.authorize(await app.getAuthCodeUrl(request)));
  await assert.rejects(app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: `${verifier}x` }), /AADSTS501481/);
});

test('acquireTokenByDeviceCode', async () => {
  const deviceCodeCallback = ({ userCode }) => emulator.approve(userCode);
  assertSignedIn(await publicApp().acquireTokenByDeviceCode({ scopes, deviceCodeCallback }));
});

test('acquireTokenByClientCredential', async () => {
  const result = await webApp().acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
  assert.match(result.accessToken, /^ey/);
  assert.equal(result.account, null);
});
