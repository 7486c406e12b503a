// The emulator that `cargo xtask test` has started over HTTPS, and the person who signs in there.

const control = process.env.AZTOKEN_EMULATOR_CONTROL;

export const tenantId = '5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401';
export const host = process.env.AZTOKEN_EMULATOR_HTTPS;
export const authority = `${host}/${tenantId}`;
export const user = 'user@contoso.onmicrosoft.com';
export const password = 'Emulator-only-1';
export const publicClient = '2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21';
export const confidentialClient = '8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93';
export const clientSecret = 'emulator-only-client-secret';
export const webApp = 'd5a91c37-604e-4f8b-92b3-7c1e0d6f4a58';
export const webAppSecret = 'emulator-only-web-secret';
export const singlePageApp = 'b62f8e04-c5d9-4713-86a2-0f3b9d7e1c58';
export const api = 'e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f';
export const apiSecret = 'emulator-only-api-secret';

/** What was asked for by `fetch`. */
export const seen = [];

const fetch = globalThis.fetch;

// The library calls this one: it writes down what is asked for, and reaches no other machine.
globalThis.fetch = (address, options) => {
  const { href, hostname } = new URL(address);
  seen.push(href);
  return hostname === 'localhost' ? fetch(address, options) : Promise.reject(new Error(`The client wanted to reach ${hostname}.`));
};

async function post(path, body) {
  const response = await fetch(`${control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return response.json();
}

export const approve = (userCode) => post('device/approve', { user_code: userCode });

/** A person opens the address and decides; gives what the browser then brings where. */
export const authorize = (uri, decision = 'approve') => post('authorize', { uri, decision });

/** Brings an answer where it belongs, as the browser would. */
export const deliver = ({ method, uri, form }) => fetch(uri, { method, body: form && new URLSearchParams(form) });

/** A token of the issuer that the confidential client trusts. */
export const workloadToken = async () => (await post('issuer/token', {})).token;

/** Everybody is signed out, in every browser. */
export const forgetBrowsers = () => fetch(`${control}/browsers`, { method: 'DELETE' });

export const authorizeUrl = (parameters) => `${authority}/oauth2/v2.0/authorize?${new URLSearchParams(parameters)}`;
