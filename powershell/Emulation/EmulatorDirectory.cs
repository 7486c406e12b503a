using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using AzTokenRs.Json;

namespace AzTokenRs.Emulation;

/// <summary>What an emulator's configuration says of its tenants, users and apps.</summary>
internal static class EmulatorDirectory
{
    internal static void Read(AzTokenEmulator emulator, CancellationToken cancelled)
    {
        var answer = emulator.Control.Get("configuration", cancelled);
        try
        {
            var configuration = new JsonObject(answer);
            var tenant = Objects(configuration, "tenants").First();
            emulator.Tenant = tenant.RequiredText("domain");
            emulator.Users = Objects(configuration, "users").Select(ToUser).ToArray();
            emulator.Clients = Objects(configuration, "apps").Select(ToClient).ToArray();
        }
        catch (FormatException exception)
        {
            throw EmulatorControl.Unreadable(exception);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonObject parent, string name) =>
        parent.RequiredArray(name).Select(element => new JsonObject(element));

    private static AzTokenEmulatorUser ToUser(JsonObject user) =>
        new(user.RequiredText("user_principal_name"), user.Text("name"), user.Text("password"));

    private static AzTokenEmulatorClient ToClient(JsonObject app) => new(
        app.RequiredText("client_id"),
        app.Text("name"),
        OptionalObjects(app, "secrets").Where(secret => !secret.Flag("expired")).Select(secret => secret.Text("value")).FirstOrDefault(),
        OptionalObjects(app, "redirect_uris").Select(uri => uri.RequiredText("uri")).ToArray());

    private static IEnumerable<JsonObject> OptionalObjects(JsonObject parent, string name) =>
        parent.Find(name, JsonKind.Array)?.Elements().Select(element => new JsonObject(element)) ?? [];
}
