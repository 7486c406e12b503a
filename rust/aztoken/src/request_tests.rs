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
        ("{\"options\":{},\"options\":{}}", "duplicate field `options`"),
        ("{\"parameters\":\"hunter2\"}", "struct Empty"),
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
fn what_is_absent_or_null_is_default() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Needy {
        token: String,
    }
    for json in [
        "{}",
        r#"{"options":null,"parameters":null}"#,
        r#"{"options":{},"parameters":{}}"#,
        r#"{"options":{"tenant":null,"scopes":null,"extra_parameters":null,"environment":null}}"#,
    ] {
        let (options, Empty {}) = parse::<Empty>(json.as_bytes()).expect(json);
        assert!(options.tenant.is_none() && options.scopes.is_empty(), "{json}");
    }
    let error = parse::<Needy>(b"{}").expect_err("no parameters");
    assert!(error.message.contains("missing field `token`"), "{error}");
    let (_, Needy { token }) = parse::<Needy>(br#"{"parameters":{"token":"t"}}"#).expect("valid");
    assert_eq!(token, "t");
    assert!(parse_with::<NoOptions, Empty>(br#"{"options":{"tenant":"x"}}"#).is_err());
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
