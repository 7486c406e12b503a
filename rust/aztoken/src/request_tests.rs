use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[test]
fn unknown_and_wrong_members_are_named() {
    for (json, expected) in [
        ("{\"tennant\":\"x\"}", "tennant"),
        ("{\"options\":{\"tennant\":\"x\"}}", "tennant"),
        ("{\"parameters\":{\"tennant\":\"x\"}}", "tennant"),
        ("{\"options\":{\"scopes\":\"hunter2\"}}", "sequence"),
        ("[]", "struct Request"),
        ("{", "EOF"),
    ] {
        let error = parse::<Empty>(json.as_bytes()).expect_err(json);
        assert!(error.message.contains(expected), "{error}");
        assert_eq!(error.parameter, Some("request"));
        assert!(!error.message.contains("hunter2"), "{error}");
    }
}

#[test]
fn every_option_is_read() {
    let json = br#"{"options":{"authority":"a","cloud":"b","tenant":"c","client_id":"d","resource":"e","scopes":["f"],
        "claims":"{}","correlation_id":"g","timeout_seconds":1,"extra_parameters":{"h":"i"},"proxy":{"url":"l"},"system_proxy":"m","environment":{"j":"k"}}}"#;
    let (options, Empty {}) = parse::<Empty>(json).expect("valid");
    assert_eq!(options.scopes, ["f"]);
    assert_eq!(options.environment.get("j"), Some("k"));
    assert_eq!(options.extra_parameters["h"], "i");
}

#[test]
fn limits_and_ids_are_checked() {
    for seconds in [0.0, -1.0, 86_401.0, f64::NAN] {
        let options = RequestOptions { timeout_seconds: Some(seconds), ..RequestOptions::default() };
        assert_eq!(options.timeout(None).expect_err("out of range").parameter, Some("timeout_seconds"));
    }
    let options = RequestOptions { correlation_id: Some("x".into()), ..RequestOptions::default() };
    assert_eq!(options.correlation_id().expect_err("no GUID").parameter, Some("correlation_id"));
}
