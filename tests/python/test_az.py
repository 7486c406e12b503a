"""Azure CLI signs in to the emulator, in a cloud of its own and with settings of its own."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import emulator

# Starting it takes seconds on a slow machine.
LIMIT = 180


class AzureCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="aztoken-az-")
        cls.environment = {
            **os.environ,
            "AZURE_CONFIG_DIR": cls.folder,
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_LOGIN_EXPERIENCE_V2": "false",
            "NO_PROXY": "localhost",
            "REQUESTS_CA_BUNDLE": emulator.CA,
        }
        cls.az(
            "cloud", "register", "--name", "Emulator",
            "--endpoint-active-directory", emulator.HOST,
            "--endpoint-resource-manager", emulator.HOST,
            "--endpoint-active-directory-resource-id", "https://management.core.windows.net/",
            "--endpoint-active-directory-graph-resource-id", "https://graph.windows.net/")
        cls.az("cloud", "set", "--name", "Emulator")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def tearDown(self):
        self.az("account", "clear")

    @classmethod
    def az(cls, *arguments):
        run = subprocess.run(
            ["az", *arguments, "--output", "json"], env=cls.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=LIMIT)
        if run.returncode != 0:
            raise AssertionError(f"az {arguments[0]}: {run.stderr[-2000:]}")
        return json.loads(run.stdout) if run.stdout.strip() else None

    def token_claims(self, resource):
        return emulator.claims(self.az("account", "get-access-token", "--resource", resource)["accessToken"])

    def test_service_principal_with_a_secret(self):
        (account,) = self.az(
            "login", "--service-principal", "--username", emulator.CONFIDENTIAL_CLIENT,
            "--password", emulator.CLIENT_SECRET, "--tenant", emulator.TENANT)
        self.assertEqual(account["tenantId"], emulator.TENANT)
        self.assertEqual(account["user"]["type"], "servicePrincipal")
        self.assertEqual(self.token_claims("https://graph.microsoft.com")["appid"], emulator.CONFIDENTIAL_CLIENT)

    def test_user_with_a_device_code(self):
        process = subprocess.Popen(
            ["az", "login", "--use-device-code", "--tenant", emulator.TENANT, "--output", "json"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            # The message is on standard error, perhaps after warnings.
            for line in process.stderr:
                if code := re.search(r"enter the code (\S+) to authenticate", line):
                    emulator.control("device/approve", {"user_code": code.group(1)})
                    break
            output, errors = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual({account["user"]["name"] for account in json.loads(output)}, {emulator.USER})
        self.assertEqual(self.token_claims("https://vault.azure.net")["upn"], emulator.USER)
