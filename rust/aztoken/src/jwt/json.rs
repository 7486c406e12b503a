//! Checks the JSON objects of tokens without building values, since most decoded tokens are only passed on.
//!
//! RFC 7519 section 4 lets each reader decide about duplicate names, so two readers could see different tokens: duplicates
//! are refused. Depth is limited, so that no later reader overflows its stack.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

/// Nesting levels of objects and arrays.
pub(crate) const MAX_DEPTH: usize = 64;
/// Objects with more names look names up by hash.
const MANY: usize = 64;

/// Checks that text is one JSON object and returns the names of its members.
///
/// The error text can follow "The header " and never quotes a value.
pub(crate) fn names_of_object(json: &str) -> Result<Vec<Cow<'_, str>>, String> {
    if !json.trim_ascii_start().starts_with('{') {
        return Err("is not a JSON object".to_owned());
    }
    let mut names = Vec::with_capacity(MANY);
    let mut reader = serde_json::Deserializer::from_str(json);
    Walk { depth: 0, names: &mut names }
        .deserialize(&mut reader)
        .and_then(|()| reader.end())
        .map_err(|error| in_words(&error))?;
    Ok(names)
}

fn in_words(error: &serde_json::Error) -> String {
    match error.classify() {
        // Our own text, complete.
        Category::Data => error.to_string(),
        // The parser's texts are fixed, with line and column.
        _ => format!("is not valid JSON: {error}"),
    }
}

/// Walks one value at some depth. `names` holds the names of all open objects, one object after the other.
struct Walk<'n, 'de> {
    depth: usize,
    names: &'n mut Vec<Cow<'de, str>>,
}

impl Walk<'_, '_> {
    fn deeper<E: de::Error>(&self) -> Result<usize, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("is nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(self.depth + 1)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        while items.next_element_seed(Walk { depth, names: &mut *self.names })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        let first = self.names.len();
        let (mut many, mut seen) = (HashSet::new(), NameFilter::default());
        while let Some(name) = members.next_key_seed(Name)? {
            let siblings = &self.names[first..];
            let duplicate = if siblings.len() < MANY {
                seen.insert(&name) && siblings.contains(&name)
            } else {
                if many.is_empty() {
                    many.extend(siblings.iter().cloned());
                }
                !many.insert(name.clone())
            };
            if duplicate {
                let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
                return Err(de::Error::custom(format_args!("has the member {name} twice")));
            }
            self.names.push(name);
            members.next_value_seed(Walk { depth, names: &mut *self.names })?;
        }
        if self.depth > 0 {
            self.names.truncate(first);
        }
        Ok(())
    }
}

/// A filter for names, with 256 bits: recognizes most new names without comparing them.
#[derive(Default)]
struct NameFilter([u64; 4]);

impl NameFilter {
    /// Adds a name. False if the name is certainly new, true if it may be a duplicate.
    fn insert(&mut self, name: &str) -> bool {
        let end = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
        let bytes = name.as_bytes();
        let hash = bytes.len().wrapping_mul(67) ^ end(bytes.first()).wrapping_mul(29) ^ end(bytes.last());
        let (word, bit) = (&mut self.0[hash / 64 % 4], 1_u64 << (hash % 64));
        let known = *word & bit != 0;
        *word |= bit;
        known
    }
}

/// A member's name, borrowed unless it has escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_order() {
        let names = names_of_object(" {\"b\":{\"x\":1},\"a\":[{\"x\":{\"b\":null}}],\"\\u0063\":-1.5e3} ");
        assert_eq!(names.expect("an object"), ["b", "a", "c"]);
    }

    #[test]
    fn ambiguous_json_is_refused() {
        for (json, expected) in [
            ("", "is not a JSON object"),
            ("[]", "is not a JSON object"),
            ("null", "is not a JSON object"),
            ("\u{feff}{}", "is not a JSON object"),
            ("{", "EOF"),
            ("{}{}", "trailing characters"),
            ("{} x", "trailing characters"),
            ("{'a':1}", "not valid JSON"),
            ("{\"a\":1,}", "trailing comma"),
            ("{\"a\":NaN}", "not valid JSON"),
            ("{\"a\":01}", "not valid JSON"),
            ("{\"a\":1e400}", "out of range"),
            ("{\"a\":\"\u{1}\"}", "control character"),
            ("{\"a\":\"\\ud800\"}", "not valid JSON"),
            ("{\"a\":1,\"b\":2,\"a\":1}", "has the member a twice"),
            ("{\"a\":1,\"\\u0061\":1}", "has the member a twice"),
            ("{\"x\":[{\"a\":1,\"a\":1}]}", "has the member a twice"),
        ] {
            let problem = names_of_object(json).expect_err(json);
            assert!(problem.contains(expected), "{json}: {problem}");
        }
    }

    #[test]
    fn depth_ends_at_the_limit() {
        let arrays = |levels| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        let objects = |levels| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        assert!(names_of_object(&arrays(MAX_DEPTH - 1)).is_ok());
        assert!(names_of_object(&objects(MAX_DEPTH)).is_ok());
        for json in [arrays(MAX_DEPTH), objects(MAX_DEPTH + 1), objects(10_000), arrays(10_000)] {
            assert!(names_of_object(&json).expect_err("too deep").contains("deeper than 64"));
        }
    }

    #[test]
    fn a_name_among_many_is_found() {
        let members: Vec<String> = (0..100).map(|n| format!("\"m{n}\":{n}")).collect();
        let fine = format!("{{{}}}", members.join(","));
        assert_eq!(names_of_object(&fine).expect("an object").len(), 100);
        for twice in ["m0", "m31", "m32", "m63", "m64", "m65", "m99"] {
            let json = format!("{{{},\"{twice}\":0}}", members.join(","));
            assert!(names_of_object(&json).expect_err(twice).contains(&format!("member {twice} twice")));
        }
    }
}
