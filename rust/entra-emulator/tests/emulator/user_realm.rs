//! Where users sign in.

use serde_json::json;

use crate::common::start;

#[tokio::test]
async fn realms_are_managed_federated_or_unknown() {
    let fixture = start().await;
    let url = fixture.emulator.url().to_owned();
    let common = json!({
        "ver": "1.0",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    });
    for (upn, expected) in [
        (
            "user@contoso.onmicrosoft.com",
            json!({ "account_type": "Managed", "domain_name": "contoso.onmicrosoft.com" }),
        ),
        (
            "nobody%40Fabrikam.onmicrosoft.com",
            json!({ "account_type": "Managed", "domain_name": "fabrikam.onmicrosoft.com" }),
        ),
        (
            "user@federated.example",
            json!({
                "account_type": "Federated",
                "domain_name": "federated.example",
                "federation_protocol": "WSTrust",
                "federation_metadata_url": format!("{url}/adfs/services/trust/mex"),
                "federation_active_auth_url": format!("{url}/adfs/services/trust/2005/usernamemixed"),
            }),
        ),
        ("user@unknown.example", json!({ "account_type": "Unknown" })),
        ("someone@outlook.com", json!({ "account_type": "Unknown", "domain_name": "live.com" })),
    ] {
        let answer = fixture.get(&format!("/common/userrealm/{upn}?api-version=1.0")).await;
        assert_eq!(answer.status, 200);
        let mut whole = common.clone();
        let whole = whole.as_object_mut().expect("an object");
        whole.extend(expected.as_object().expect("an object").clone());
        assert_eq!(answer.json().as_object(), Some(&*whole), "{upn}");
    }
}
