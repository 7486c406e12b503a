"""MSAL for Python, as Debian packages it, signs in to the emulator by each grant."""

import unittest

import msal

import emulator

SCOPES = ["User.Read"]
APP_SCOPES = ["https://graph.microsoft.com/.default"]


def options():
    # The name of the parameter changed; `validate_authority` is the old one.
    return {"authority": emulator.AUTHORITY, "validate_authority": False, "verify": emulator.CA}


def public_app():
    return msal.PublicClientApplication(emulator.PUBLIC_CLIENT, **options())


def confidential_app(credential=emulator.CLIENT_SECRET):
    return msal.ConfidentialClientApplication(emulator.CONFIDENTIAL_CLIENT, client_credential=credential, **options())


class Msal(unittest.TestCase):
    def assert_token(self, result):
        self.assertIn("access_token", result, result.get("error_description"))
        return emulator.claims(result["access_token"])

    def assert_user(self, result):
        self.assertEqual(self.assert_token(result)["upn"], emulator.USER)

    def test_client_secret(self):
        claims = self.assert_token(confidential_app().acquire_token_for_client(APP_SCOPES))
        self.assertEqual(claims["appid"], emulator.CONFIDENTIAL_CLIENT)

    def test_wrong_secret(self):
        result = confidential_app("wrong").acquire_token_for_client(APP_SCOPES)
        self.assertIn(7000215, result["error_codes"])

    def test_certificate(self):
        key, certificate, thumbprint = emulator.client_certificate()
        for public in (None, certificate):
            with self.subTest(x5c=public is not None):
                credential = {"private_key": key, "thumbprint": thumbprint}
                if public is not None:
                    credential["public_certificate"] = public
                self.assert_token(confidential_app(credential).acquire_token_for_client(APP_SCOPES))

    def test_assertion_of_a_workload(self):
        token = emulator.control("issuer/token", {})["token"]
        self.assert_token(confidential_app({"client_assertion": token}).acquire_token_for_client(APP_SCOPES))

    def test_device_code(self):
        app = public_app()
        flow = app.initiate_device_flow(SCOPES)
        self.assertIn(flow["user_code"], flow["message"])
        emulator.control("device/approve", {"user_code": flow["user_code"]})
        self.assert_user(app.acquire_token_by_device_flow(flow))

    def test_authorization_code_and_silently_for_another_resource(self):
        app = confidential_app()
        flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost")
        response = emulator.authorize(flow["auth_uri"])
        result = app.acquire_token_by_auth_code_flow(flow, response)
        self.assert_user(result)
        self.assertEqual(result["id_token_claims"]["preferred_username"], emulator.USER)
        (account,) = app.get_accounts()
        self.assert_user(app.acquire_token_silent(["https://management.azure.com/.default"], account))

    def test_a_user_who_cancels(self):
        app = confidential_app()
        flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost")
        result = app.acquire_token_by_auth_code_flow(flow, emulator.authorize(flow["auth_uri"], "cancel"))
        self.assertEqual(result["error"], "access_denied")

    # Not the password grant: the library asks for the user's realm at the host without its port.

    def test_on_behalf_of(self):
        app = public_app()
        flow = app.initiate_device_flow([f"api://{emulator.API}/.default"])
        emulator.control("device/approve", {"user_code": flow["user_code"]})
        user = app.acquire_token_by_device_flow(flow)
        self.assert_token(user)
        api = msal.ConfidentialClientApplication(emulator.API, client_credential=emulator.API_SECRET, **options())
        self.assert_user(api.acquire_token_on_behalf_of(user["access_token"], SCOPES))


if __name__ == "__main__":
    unittest.main()
