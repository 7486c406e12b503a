// openid-client and jose, which know nothing of Entra, believe what the emulator says of itself.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import * as emulator from './emulator.mjs';

const issuer = new URL(`${emulator.authority}/v2.0`);
const redirectUri = 'http://localhost/myapp/';
const scope = 'openid profile offline_access User.Read';
let app;

before(async () => {
  app = await openid.discovery(issuer, emulator.webApp, emulator.webAppSecret);
});

async function signIn() {
  const verifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const expectedNonce = openid.randomNonce();
  const url = openid.buildAuthorizationUrl(app, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  const { uri } = await emulator.authorize(url.href);
  return openid.authorizationCodeGrant(app, new URL(uri), { pkceCodeVerifier: verifier, expectedState, expectedNonce });
}

test('discovery finds the issuer that it asked for', () => {
  assert.equal(app.serverMetadata().issuer, issuer.href);
});

test('an authorization code with PKCE, state and nonce, then a refresh token', async () => {
  const tokens = await signIn();
  assert.equal(tokens.claims().preferred_username, emulator.user);
  const renewed = await openid.refreshTokenGrant(app, tokens.refresh_token);
  assert.equal(renewed.claims().sub, tokens.claims().sub);
});

test('client credentials', async () => {
  const tokens = await openid.clientCredentialsGrant(app, { scope: 'https://graph.microsoft.com/.default' });
  assert.equal(tokens.token_type, 'bearer');
  assert.ok(tokens.expiresIn() > 3000);
});

test('a device code', async () => {
  const publicApp = await openid.discovery(issuer, emulator.publicClient, undefined, openid.None());
  const device = await openid.initiateDeviceAuthorization(publicApp, { scope });
  await emulator.approve(device.user_code);
  const tokens = await openid.pollDeviceAuthorizationGrant(publicApp, device);
  assert.equal(tokens.claims().preferred_username, emulator.user);
});

test('an error of the token endpoint', async () => {
  await assert.rejects(
    openid.clientCredentialsGrant(app, { scope: 'https://graph.microsoft.com/User.Read' }),
    (error) => error instanceof openid.ResponseBodyError && /AADSTS\d+/.test(error.error_description));
});

test('jose verifies tokens by the keys of the metadata', async () => {
  const metadata = app.serverMetadata();
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { id_token: idToken } = await signIn();
  const { payload, protectedHeader } = await jwtVerify(idToken, keys, {
    issuer: metadata.issuer, audience: emulator.webApp,
  });
  assert.equal(protectedHeader.alg, 'RS256');
  assert.equal(payload.tid, emulator.tenantId);
  await assert.rejects(jwtVerify(idToken, keys, { audience: 'another' }), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  const broken = `${idToken.slice(0, -4)}AAAA`;
  await assert.rejects(jwtVerify(broken, keys), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
});
