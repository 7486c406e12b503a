// @azure/identity gets tokens from the emulator with each credential that needs no other machine.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import {
  AuthorizationCodeCredential, ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential,
  DeviceCodeCredential, EnvironmentCredential, OnBehalfOfCredential,
} from '@azure/identity';
import { decodeJwt } from 'jose';
import * as emulator from './emulator.mjs';

const scope = 'https://graph.microsoft.com/.default';
// Without the discovery of instances, for which the library would ask Microsoft's own host.
const options = { authorityHost: emulator.host, disableInstanceDiscovery: true };
const certificatePath = fileURLToPath(new URL('../../rust/entra-emulator/keys/PUBLIC-TEST-CLIENT.pkcs8.pem', import.meta.url));

async function claimsOf(credential, scopes = scope) {
  const { token, expiresOnTimestamp } = await credential.getToken(scopes);
  assert.ok(expiresOnTimestamp > Date.now());
  return decodeJwt(token);
}

async function assertOfApp(credential, clientId = emulator.confidentialClient) {
  const claims = await claimsOf(credential);
  assert.equal(claims.appid, clientId);
  assert.equal(claims.tid, emulator.tenantId);
  assert.equal(claims.upn, undefined);
}

test('ClientSecretCredential', () => assertOfApp(new ClientSecretCredential(
  emulator.tenantId, emulator.confidentialClient, emulator.clientSecret, options)));

test('ClientSecretCredential with a wrong secret', async () => {
  const credential = new ClientSecretCredential(emulator.tenantId, emulator.confidentialClient, 'wrong', options);
  await assert.rejects(credential.getToken(scope), /AADSTS7000215/);
});

test('ClientCertificateCredential', () => assertOfApp(new ClientCertificateCredential(
  emulator.tenantId, emulator.confidentialClient, { certificatePath }, options)));

test('ClientCertificateCredential with the certificate chain in x5c', () => assertOfApp(new ClientCertificateCredential(
  emulator.tenantId, emulator.confidentialClient, { certificatePath }, { ...options, sendCertificateChain: true })));

test('ClientAssertionCredential with the token of a workload', () => assertOfApp(new ClientAssertionCredential(
  emulator.tenantId, emulator.confidentialClient, () => emulator.workloadToken(), options)));

test('EnvironmentCredential', () => {
  process.env.AZURE_TENANT_ID = emulator.tenantId;
  process.env.AZURE_CLIENT_ID = emulator.confidentialClient;
  process.env.AZURE_CLIENT_SECRET = emulator.clientSecret;
  return assertOfApp(new EnvironmentCredential(options));
});

test('DeviceCodeCredential', async () => {
  const claims = await claimsOf(new DeviceCodeCredential({
    ...options,
    tenantId: emulator.tenantId,
    clientId: emulator.publicClient,
    userPromptCallback: ({ userCode }) => emulator.approve(userCode),
  }), 'User.Read');
  assert.equal(claims.upn, emulator.user);
});

test('AuthorizationCodeCredential', async () => {
  const redirectUri = 'http://localhost';
  const request = emulator.authorizeUrl({
    client_id: emulator.confidentialClient, redirect_uri: redirectUri, response_type: 'code', scope: 'openid User.Read',
  });
  const { uri } = await emulator.authorize(request);
  const code = new URL(uri).searchParams.get('code');
  const claims = await claimsOf(new AuthorizationCodeCredential(
    emulator.tenantId, emulator.confidentialClient, emulator.clientSecret, code, redirectUri, options), 'User.Read');
  assert.equal(claims.upn, emulator.user);
});

test('OnBehalfOfCredential', async () => {
  const user = new DeviceCodeCredential({
    ...options,
    tenantId: emulator.tenantId,
    clientId: emulator.publicClient,
    userPromptCallback: ({ userCode }) => emulator.approve(userCode),
  });
  const { token } = await user.getToken(`api://${emulator.api}/.default`);
  const claims = await claimsOf(new OnBehalfOfCredential({
    ...options,
    tenantId: emulator.tenantId,
    clientId: emulator.api,
    clientSecret: emulator.apiSecret,
    userAssertionToken: token,
  }), 'User.Read');
  assert.equal(claims.upn, emulator.user);
  assert.equal(claims.appid, emulator.api);
});
