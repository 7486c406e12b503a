//! Text as people have it: with what was copied along.

/// The text without white space and invisible marks around it: byte order mark, zero-width and direction marks.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_along_is_trimmed() {
        for text in ["a b", " a b\r\n", "\u{feff}a b", "\u{200e}\u{202a}a b\u{200b} ", "\ta b\u{a0}\u{2060}"]
        {
            assert_eq!(trimmed(text), "a b", "{text:?}");
        }
        assert_eq!(trimmed("\u{feff} \u{200b}"), "");
    }
}
