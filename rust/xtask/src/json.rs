//! Just enough JSON to read a string member of what the emulator says.

use std::fmt::Write;

/// The value of the first string member of that name, at any depth.
pub fn string_member(text: &str, name: &str) -> Option<String> {
    let quoted = format!("\"{name}\"");
    let mut rest = text;
    loop {
        rest = &rest[rest.find(&quoted)? + quoted.len()..];
        let after = rest.trim_start();
        if let Some(value) =
            after.strip_prefix(':').map(str::trim_start).and_then(|value| value.strip_prefix('"'))
        {
            return string(value);
        }
    }
}

/// A string whose opening quote is already read.
fn string(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some(value),
            '\\' => match characters.next()? {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                'u' => {
                    let digits: String = characters.by_ref().take(4).collect();
                    value.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
}

/// A string as JSON.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found() {
        let line = r#"{"url":"http://localhost:1", "pid":12,"tenant_id" : "a\"b\u0041" }"#;
        assert_eq!(string_member(line, "url").as_deref(), Some("http://localhost:1"));
        assert_eq!(string_member(line, "tenant_id").as_deref(), Some("a\"bA"));
        assert_eq!(string_member(line, "pid"), None);
        assert_eq!(string_member(line, "other"), None);
        assert_eq!(string_member(r#"{"a":"url","url":"x"}"#, "url").as_deref(), Some("x"));
        assert_eq!(string_member(r#"{"a":"never closed"#, "a"), None);
    }

    #[test]
    fn what_is_quoted_reads_back() {
        let text = "a\"b\\c\n";
        assert_eq!(string_member(&format!("{{\"x\":{}}}", quote(text)), "x").as_deref(), Some(text));
    }
}
