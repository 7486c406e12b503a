"""Azure CLI, unmodified and with no cloud of its own, signs in where it believes that Entra ID and Azure are.

Old versions drop the port of an authority and ask login.microsoftonline.com about hosts that they don't know. So the tests
run in namespaces of their own (`unshare --map-root-user --net --mount`), where these names are this machine and the
emulator has port 443.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import emulator

HOSTS = "127.0.0.1 localhost login.microsoftonline.com management.azure.com\n"

# Starting it takes seconds on a slow machine.
LIMIT = 180


def setUpModule():
    """Makes the names mean this machine."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="aztoken-hosts-"))
    hosts = folder / "hosts"
    hosts.write_text(HOSTS)
    for command in (["ip", "link", "set", "lo", "up"], ["mount", "--bind", hosts, "/etc/hosts"]):
        subprocess.run(command, check=True)


class AzureCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen(
            [os.environ["AZTOKEN_EMULATOR"], "--test-keys", "--exit-on-stdin-close", "--interval", "1", "--https-port", "443",
             "--tls-name", "login.microsoftonline.com", "--tls-name", "management.azure.com"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(cls.process.stdout.readline())
        cls.control = ready["control"]
        cls.folder = tempfile.mkdtemp(prefix="aztoken-az-")
        cls.environment = {
            **os.environ,
            "AZURE_CONFIG_DIR": cls.folder,
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_CORE_LOGIN_EXPERIENCE_V2": "false",
            "NO_PROXY": "*",
            "REQUESTS_CA_BUNDLE": ready["ca"],
        }

    @classmethod
    def tearDownClass(cls):
        cls.process.communicate("")
        shutil.rmtree(cls.folder, ignore_errors=True)

    def az(self, *arguments):
        run = subprocess.run(
            ["az", *arguments, "--output", "json"], env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(run.returncode, 0, run.stderr[-2000:])
        return json.loads(run.stdout)

    def token_claims(self, resource):
        return emulator.claims(self.az("account", "get-access-token", "--resource", resource)["accessToken"])

    def test_service_principal_with_a_secret(self):
        (account,) = self.az(
            "login", "--service-principal", "--username", emulator.CONFIDENTIAL_CLIENT,
            "--password", emulator.CLIENT_SECRET, "--tenant", emulator.TENANT)
        self.assertEqual(account["tenantId"], emulator.TENANT)
        self.assertEqual(account["user"]["type"], "servicePrincipal")
        self.assertEqual(self.token_claims("https://graph.microsoft.com")["appid"], emulator.CONFIDENTIAL_CLIENT)

    def test_service_principal_with_a_certificate_and_its_chain(self):
        (account,) = self.az(
            "login", "--service-principal", "--username", emulator.CONFIDENTIAL_CLIENT, "--use-cert-sn-issuer",
            "--password", str(emulator.KEYS / "PUBLIC-TEST-CLIENT.pkcs8.pem"), "--tenant", emulator.TENANT)
        self.assertEqual(account["user"]["name"], emulator.CONFIDENTIAL_CLIENT)

    def test_user_with_a_device_code(self):
        process = subprocess.Popen(
            ["az", "login", "--use-device-code", "--tenant", emulator.TENANT, "--output", "json"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            # The message is on standard error, perhaps after warnings.
            for line in process.stderr:
                if code := re.search(r"enter the code (\S+) to authenticate", line):
                    emulator.control("device/approve", {"user_code": code.group(1)}, self.control)
                    break
            output, errors = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual({account["user"]["name"] for account in json.loads(output)}, {emulator.USER})
        self.assertEqual(self.token_claims("https://vault.azure.net")["upn"], emulator.USER)
